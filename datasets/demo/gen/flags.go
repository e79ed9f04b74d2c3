package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// shortageSigns reads the shortages and surpluses that EURES countries report by ISCO-08 unit group. The file lists for each
// group the countries in shortage and those in surplus; a country may be in both. A group nobody names has no row, and
// Greece is EL there and GR here.
func shortageSigns(name string) ([][]string, error) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var file struct {
		Groups map[string]map[string][]string `json:"unit_group_signals"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var out [][]string
	for group, signs := range file.Groups {
		for sign, countries := range signs {
			if len(group) != 4 || sign != "shortage" && sign != "surplus" {
				return nil, fmt.Errorf("%s: %q of group %q is not known", name, sign, group)
			}
			for _, c := range countries {
				if len(c) != 2 {
					return nil, fmt.Errorf("%s: %q is not a country", name, c)
				}
				out = append(out, []string{group, strings.Replace(c, "EL", "GR", 1), sign, "ela-shortages"})
			}
		}
	}
	slices.SortFunc(out, slices.Compare)
	return append([][]string{{"occupation", "region", "sign", "source"}}, out...), nil
}

// ratingsYear is the year of Australia's list that is taken.
const ratingsYear = "2024"

// shortageRatings counts, for every unit group of Australia's classification, the occupations the Occupation Shortage List
// rates, and those it rates in shortage nationally or in the regions. The group's ISCO-08 minor group is ours and empty
// where the group belongs to several.
func shortageRatings(name string) ([][]string, error) {
	rows, err := table(name, ',')
	if err != nil {
		return nil, err
	}
	at, err := columns(rows[0], "Year", "ANZSCO", "National_Shortage_Rating")
	if err != nil {
		return nil, err
	}
	minor := map[string]string{}
	for isco, groups := range minorGroups {
		for _, g := range strings.Fields(groups) {
			minor[g] = isco
		}
	}
	rated, short := map[string]int{}, map[string]int{}
	for i, r := range rows[1:] {
		if r[at["Year"]] != ratingsYear {
			continue
		}
		code := r[at["ANZSCO"]]
		if len(code) != 6 {
			return nil, fmt.Errorf("row %d: %q is no occupation of ANZSCO", i+2, code)
		}
		switch rating := r[at["National_Shortage_Rating"]]; rating {
		case "Shortage", "Regional Shortage":
			short[code[:4]]++
		case "No Shortage":
		default:
			return nil, fmt.Errorf("row %d: the rating is %q", i+2, rating)
		}
		rated[code[:4]]++
	}
	var out [][]string
	for group, n := range rated {
		assumed := "no"
		if minor[group] != "" {
			assumed = "yes"
		}
		out = append(out, []string{group, strconv.Itoa(n), strconv.Itoa(short[group]), minor[group], assumed, "osl"})
	}
	slices.SortFunc(out, slices.Compare)
	return append([][]string{{"anzsco", "rated", "short", "isco", "assumed", "source"}}, out...), nil
}

// minorGroups maps ISCO-08 minor groups to the unit groups of ANZSCO that have their content, by title: ours, for want of a
// published correspondence under terms that allow it to be carried. Unit groups that belong to several minor groups,
// mostly those "not elsewhere classified", are left out.
var minorGroups = map[string]string{
	"112": "1111 1112",
	"121": "1321 1322 1323 1324",
	"122": "1311 1325",
	"131": "1211",
	"132": "1331 1332 1334 1336",
	"133": "1351",
	"134": "1341 1342 1343 1344 2543",
	"141": "1411 1413",
	"142": "1421",
	"143": "1491 1492",
	"211": "2344",
	"212": "2241",
	"213": "2341 2343 2345",
	"214": "2331 2332 2335 2336 2339",
	"215": "2333 2334 2633",
	"216": "2321 2322 2323 2324 2326",
	"221": "2531 2532 2533 2534 2535 2539",
	"222": "2541 2542 2544",
	"223": "2522",
	"225": "2347",
	"226": "2511 2513 2514 2515 2521 2523 2524 2525 2526 2527",
	"231": "2421",
	"232": "2422",
	"233": "2413 2414",
	"234": "2411 2412",
	"235": "2415 2491 2492 2493",
	"241": "2211 2212 2223",
	"242": "2231 2233 2244 2247",
	"243": "2251 2252 2253 2254",
	"251": "2611 2612 2613 2632",
	"252": "2621 2631",
	"261": "2711 2712 2713",
	"262": "2242 2246",
	"263": "2243 2721 2722 2723 2725",
	"264": "2122",
	"265": "2111 2112 2114 2121",
	"311": "3121 3122 3123 3124 3125 3126",
	"313": "3992",
	"314": "3111",
	"315": "2311 2312",
	"321": "2512",
	"322": "4114",
	"324": "3613",
	"325": "4111 4112 4115 4116 4232",
	"331": "2221 2222 2245 5512 5522",
	"332": "6112 6113 6392",
	"333": "1493",
	"334": "5121",
	"341": "5991",
	"342": "4521 4522 4523 4524",
	"343": "2113 2325 3513 3993",
	"351": "3131",
	"352": "3132",
	"411": "5311",
	"412": "5211 5212",
	"413": "5321",
	"421": "4313 5521 5993",
	"422": "4516 5411 5412 5421",
	"431": "5511 5513",
	"432": "5911 5912 7411",
	"441": "5994 5997",
	"511": "4514 4517",
	"512": "3514",
	"513": "4311 4315",
	"514": "3911 4511",
	"516": "3611 4512 4513",
	"522": "6214 6215 6399",
	"531": "4211 4221",
	"532": "4231",
	"541": "4412 4413 4421",
	"611": "1215 1216 3623 3624 3625 3626 3627",
	"612": "1213",
	"613": "1217",
	"711": "3311 3312",
	"712": "3321 3331 3332 3333 3334 3341 3421",
	"713": "3243 3322 7112",
	"721": "3222 3223 3241",
	"722": "3234",
	"723": "3211 3212 3231",
	"731": "3994 3996",
	"732": "3921 3922 3923",
	"741": "3411 3422",
	"742": "3424",
	"751": "3511 3512 8312",
	"752": "3941 3942",
	"753": "3242 3931 3932 3933",
	"811": "7122",
	"814": "7115",
	"815": "7116 7117",
	"817": "7113",
	"831": "7313",
	"832": "7311 7321",
	"833": "7312 7331",
	"834": "7121 7211 7212 7213",
	"921": "8422 8423 8431 8992",
}
