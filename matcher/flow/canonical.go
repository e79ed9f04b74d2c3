package flow

import "math/bits"

// mixBits is how wide the costs mixed from keys are at most. Two optimal plans
// tie in a mix with a chance of about one in 2^mixBits; then the next mix decides.
const mixBits = 40

// canonise moves along the optimal face to the one plan that the keys pick.
//
// Each mix is a further lexicographic stage, so the plan reached is the least
// one on the face by mix 0, then mix 1, and so on. The face is a property of the data,
// and a mix one of the keys, so the plan is too; how many mixes it takes may
// differ with the start, but a further mix cannot move a plan that is already alone.
//
// The plan is alone once every arc outside the tree is frozen at a bound: a tree
// carries its supplies in just one way. Mixes are at least 1 and flows are
// bounded from below, so no mix is unbounded even on an unbounded face. A mix that
// leaves a tie is as unlikely as a sum of random numbers of that width being 0;
// the next one is independent of it, so the loop ends, and nearly always at once.
func (s *simplex) canonise() error {
	s.width = min(mixBits, 60-bits.Len64(uint64(s.root)+1))
	if s.tune.mixBits > 0 {
		s.width = min(s.width, s.tune.mixBits)
	}
	for s.salt = 1; ; s.salt++ {
		if s.salt == ties {
			if err := s.network.checkKeys(); err != nil {
				return err
			}
		}
		if s.settled() && (s.pooled == nil || s.salt > 1) {
			return nil
		}
		if err := s.minimise(); err != nil {
			return err
		}
	}
}

// ties is the number of mixes after which equal keys are looked for.
const ties = 4

// mixed is the cost of an arc in the mix of a salt.
func (s *simplex) mixed(salt uint64, name int32) int64 {
	return 1 + int64(mix(s.network.Key(int(name))^mix(salt))>>(64-s.width))
}

// mix is the finaliser of the splitmix64 generator (Steele, Lea, Flood: Fast
// splittable pseudorandom number generators, OOPSLA 2014): a bijection in which
// every bit of the key moves about half of the bits of the result.
func mix(key uint64) uint64 {
	key += 0x9e3779b97f4a7c15
	key = (key ^ key>>30) * 0xbf58476d1ce4e5b9
	key = (key ^ key>>27) * 0x94d049bb133111eb
	return key ^ key>>31
}
