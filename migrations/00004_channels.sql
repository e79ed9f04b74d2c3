-- +goose Up

-- What a channel or safeguard says of itself beside: old rows said nothing of it.
ALTER TABLE dataset_channels ADD COLUMN level TEXT NOT NULL DEFAULT '';
ALTER TABLE dataset_channels ADD COLUMN ages TEXT NOT NULL DEFAULT '';
ALTER TABLE dataset_channels ADD COLUMN url TEXT NOT NULL DEFAULT '';
ALTER TABLE dataset_safeguards ADD COLUMN list TEXT NOT NULL DEFAULT '';
ALTER TABLE dataset_safeguards ADD COLUMN protections TEXT NOT NULL DEFAULT '';
ALTER TABLE dataset_safeguards ADD COLUMN url TEXT NOT NULL DEFAULT '';

-- +goose Down

ALTER TABLE dataset_safeguards DROP COLUMN url;
ALTER TABLE dataset_safeguards DROP COLUMN protections;
ALTER TABLE dataset_safeguards DROP COLUMN list;
ALTER TABLE dataset_channels DROP COLUMN url;
ALTER TABLE dataset_channels DROP COLUMN ages;
ALTER TABLE dataset_channels DROP COLUMN level;
