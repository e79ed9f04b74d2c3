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
//   - A country has a place on the sphere, uniform, and a mean wage of 12,000·exp(0.9·N) a year.
//   - Corridors: an origin has corridors ± a third of them, drawn without replacement with weights
//     (wage there ÷ wage here)^½ · exp(−distance ÷ 6,000 km). Moving costs 500 + 0.4 a kilometre. One in four is of free movement.
//   - Limits: of the other corridors one in three is an agreement with a quota for each occupation, 1 + 4·exp(N) people a
//     year; the rest ask for a visa that everybody gets.
//   - Occupations: wages differ by a factor of 0.6 to 2.0. Each names five related ones that are not yet related to it, mostly near it in
//     the classification, at 3,000 to 12,000 of training; whoever can move one way can move back.
//   - The wage of a cell is rounded to 500, so that at least 30 % of the wages tie. A worker's outside option is
//     0.4 of the wage at home.
//   - A worker is worth, in a vacancy, 1.5 wages − the outside option − half the training − half the
//     cost of moving, as a whole number. Pairs that are worth nothing are left out.
//
// A subnational world has many regions to a country, all joined to each other. The wage of a region is that of its
// country times exp(0.25·N). Corridors join countries as before; along each, workers of all regions of the one may go to
// 20 regions of the other, drawn evenly. As no ten countries have 200 subdivisions in ISO 3166-2, it takes 2,000
// regions of those countries that have the most.
//
// # The two forms
//
// [World.Pairs] is a world with an arc for every pair of cells. It knows no limits, and everybody may leave.
// [World.Directory] is the same world as a market directory, with the limits; of its workers one in five is mobile. What
// one worker is worth in one vacancy is the same in both, but for rounding.
//
// # General networks
//
// [General] draws networks that are no market, of the families that min-cost flow solvers are compared on (NETGEN,
// GRIDGEN, assignment; Kovács 2015), so that a solver that is quick on markets is not slow elsewhere unnoticed. All are
// balanced and have a plan. Costs are uniform from 1 to 10,000, amounts and capacities from 1 to 1,000; "at random"
// is uniform, and an arc may be drawn twice. M and L take LEMON's network simplex about 0.2 to 5 seconds; S is for tests.
//
//	family                nodes, M and L   law
//	transport             16,384  32,768   half sources, half sinks. A source ships two amounts to sinks at random, by
//	                                       arcs of the highest cost, and has 16 arcs more to sinks at random
//	transport-capacities  16,384  32,768   the same; each of the 16 arcs has a capacity with a chance of a half
//	transport-dense        2,400   4,000   the same with four amounts, and an arc for every source and sink
//	grid                  22,500  62,500   a square; arcs both ways between neighbours, all along rows without a capacity,
//	                                       as are the turns of a serpentine, those along columns with one; 4 amounts a row between
//	                                       nodes at random. To reroute is to go around long cycles
//	assignment-dense       2,400   4,000   as many workers as posts, an arc for each two
//	assignment-sparse     32,768  65,536   a worker can keep a post at the highest cost, and has 12 arcs to posts at random
//	degenerate            16,384  32,768   the same with costs from 1 to 3: many pivots move nothing, most costs tie
//	transshipment         16,384  32,768   a 32nd sources, as many sinks. Chains from the sources go through every other node
//	                                       once, then to three sinks, with the chain's supply as capacity, half of the arcs
//	                                       at the highest cost; arcs at random, half of them with a capacity, make it 8 a node
package synthetic
