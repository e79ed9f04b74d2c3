# labourmatch as one static program in an otherwise empty image.
#
#   docker build -t labourmatch .
#   docker run --rm labourmatch demo --once
#   docker run --rm -p 127.0.0.1:8080:8080 -v labourmatch:/data labourmatch
#
# The service checks no identity yet. In a container it has to listen on every address, so the wall is the address the
# port is published on: 127.0.0.1, as above, until something that knows who is asking stands before it.
#
# The base is pinned by its full tag. To pin it by digest too, add what this prints:
#   docker buildx imagetools inspect golang:1.26.8-bookworm --format '{{.Manifest.Digest}}'

FROM golang:1.26.8-bookworm AS build
WORKDIR /src

# The modules change less often than the code: fetched first, they stay in the build cache.
COPY go.mod go.sum ./
RUN go mod download && go mod verify

COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags=-buildid= -o /out/labourmatch ./cmd/labourmatch

# What a program may expect of a system and an empty image lacks: certificates, a place for temporary files, a
# name for its user, and a data directory that belongs to it.
RUN mkdir -p /out/etc/ssl/certs /out/tmp /data \
    && cp /etc/ssl/certs/ca-certificates.crt /out/etc/ssl/certs/ \
    && echo 'labourmatch:x:65532:65532::/data:/sbin/nologin' >/out/etc/passwd \
    && chmod 1777 /out/tmp

FROM scratch
LABEL org.opencontainers.image.title="labourmatch" \
      org.opencontainers.image.licenses="Apache-2.0"

# The program and the system's files belong to root, so that the program cannot change itself.
COPY --from=build /out/ /
COPY --from=build --chown=65532:65532 /data /data

USER 65532:65532
WORKDIR /data
VOLUME /data
EXPOSE 8080 9090
ENV LABOURMATCH_DATA=/data \
    LABOURMATCH_LISTEN=:8080 \
    LABOURMATCH_METRICS_LISTEN=:9090 \
    LABOURMATCH_LOG=json

# There is no shell to run a health check with: let the orchestrator ask /healthz and /readyz.
ENTRYPOINT ["/labourmatch"]
CMD ["serve"]
