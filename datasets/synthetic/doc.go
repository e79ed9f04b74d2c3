// Package synthetic makes labour markets that no one has counted, as large as the world and larger, to test the solver on. Regions and
// occupations carry real codes so that the files read as a market's do; every count, wage, corridor and relation is
// drawn from a law with a seed, and assumed. Nothing in it says anything about a country.
//
// # The law
//
// A world has regions × occupations cells on either side. Nothing but the seed decides what is drawn, and the same seed
// draws the same world on the same machine architecture.
//
//   - Workers of a cell: with a chance of 0.95, 1 + 60·exp(1.6·N), N standard normal: heavy-tailed, median 61, mean about 220.
//     Vacancies: with a chance of 0.85, 1 + 60·ratio·exp(1.6·N); so ratio is about vacancies per worker of a cell that has both.
//   - A region has a place on the sphere, uniform, and a mean wage of 12,000·exp(0.9·N) a year.
//   - Corridors: an origin has corridors ± a third of them, drawn without replacement with weights
//     (wage there ÷ wage here)^½ · exp(−distance ÷ 6,000 km). Moving costs 500 + 0.4 a kilometre. One in four is of free movement.
//   - Occupations: wages differ by a factor of 0.6 to 2.0. Each names four related ones, mostly near it in
//     the classification, at 3,000 to 12,000 of training; whoever can move one way can move back.
//   - The wage of a cell is rounded to 500, so that at least 30 % of the wages tie. A worker's outside option is
//     0.4 of the wage at home.
//   - A worker is worth, in a vacancy, 1.5 wages − the outside option − half the training − half the
//     cost of moving, as a whole number. Pairs that are worth nothing are left out.
package synthetic
