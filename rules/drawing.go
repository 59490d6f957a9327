package rules

// drawings are those that the pages have of products (surfaces/web/drawings).
var drawings = []string{
	"lush-bracken", "lush-big-leaf", "exclusive-decorative", "exclusive-bonsai", "basic-bonsai", "basic-big-leaf",
	"monstera", "fiddle-leaf-fig", "bird-of-paradise", "orchid-tree", "lucky-bamboo", "bonsai-ficus",
}

// plant is a product by its SKU and what it is called in English.
type plant struct{ sku, name string }

// undrawn are the plants of the built-in rules from before rules named drawings. The SKU alone chose the drawing then; now it
// is that of another plant.
var undrawn = map[plant]string{
	{"LB001", "Monstera"}:         "monstera",
	{"LB002", "Fiddle-leaf fig"}:  "fiddle-leaf-fig",
	{"EX001", "Bird of paradise"}: "bird-of-paradise",
	{"EX002", "Orchid tree"}:      "orchid-tree",
	{"BB001", "Lucky bamboo"}:     "lucky-bamboo",
	{"BB002", "Bonsai ficus"}:     "bonsai-ficus",
}

// drawing is the name of a product's drawing, or "".
func (p productEntry) drawing() string {
	if p.Drawing != "" {
		return p.Drawing
	}
	return undrawn[plant{p.SKU, p.Name["en"]}]
}
