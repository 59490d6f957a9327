package web

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/texts"
)

const (
	// plantFile is the page of a plant. It is rendered twice: when the shop starts, with the texts of a language; and with the plant,
	// whose places are in square brackets.
	plantFile = "pages/plant.html"
	// plantsPath is what the addresses of the plants' pages begin with.
	plantsPath = "/plants/"
)

// plantPage is the page of any plant in one language.
type plantPage struct {
	source   []byte
	template *template.Template
	drawings map[string]string // the address of each drawing, by its name; of a pot by ""
}

// addPlantPage makes the page of a plant in each language.
func (c *content) addPlantPage(files fs.FS, assets *assets) error {
	drawings, err := drawingsIn(files, assets)
	if err != nil {
		return err
	}
	for language := range c.texts {
		source, err := render(files, assets, c.texts, plantFile, language)
		if err != nil {
			return fmt.Errorf("%s in %s: %w", plantFile, language, err)
		}
		t, err := template.New(plantFile).Delims("[[", "]]").Option("missingkey=zero").Parse(string(source))
		if err != nil {
			return err
		}
		c.plants[language] = plantPage{source, t, drawings}
	}
	return nil
}

// drawingsIn are the addresses of the drawings.
func drawingsIn(files fs.FS, assets *assets) (map[string]string, error) {
	names, err := fs.Glob(files, "drawings/*.svg")
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	for _, name := range names {
		if all[strings.TrimSuffix(strings.TrimPrefix(name, "drawings/"), ".svg")], err = assets.address(name); err != nil {
			return nil, err
		}
	}
	all[""] = all["pot"]
	return all, nil
}

var notInSlugs = regexp.MustCompile(`[^a-z0-9]+`)

// PlantPath is the path of a plant's page: its SKU, then its name as far as that can be read in an address.
func PlantPath(sku, name string) string {
	slug := strings.Trim(notInSlugs.ReplaceAllString(strings.ToLower(name), "-"), "-")
	return strings.TrimSuffix(plantsPath+sku+"-"+slug, "-")
}

// plantAt finds the plant that a path means: with any name after the SKU, since names change. Of two, that with the longer SKU.
func plantAt(plants []Plant, path string) (found Plant) {
	for _, p := range plants {
		start := plantsPath + p.SKU
		if (path == p.Path || path == start || strings.HasPrefix(path, start+"-")) && (found.Path != path && len(p.SKU) > len(found.SKU) || path == p.Path) {
			found = p
		}
	}
	return found
}

// servePlant answers with the page of a plant.
func (s *site) servePlant(w http.ResponseWriter, r *http.Request) {
	language := s.plantLanguage(r)
	var plants []Plant
	if s.shop.Plants != nil {
		plants = s.shop.Plants(r.Context(), language)
	}
	plant := plantAt(plants, r.URL.Path)
	switch {
	case s.shop.Plants != nil && len(plants) == 0:
		fault.Write(w, fault.New(fault.Unavailable, "what there is to buy is not known right now"))
	case plant.SKU == "":
		s.serveLost(w, r)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		refuseMethod(w)
	case plant.Path != r.URL.Path:
		redirect(w, r, plant.Path)
	default:
		s.showPlant(w, r, language, plant)
	}
}

// plantLanguage is the language of a plant's page: the one that the customer chose, else that of the address (?lang=es).
func (s *site) plantLanguage(r *http.Request) string {
	asked := r.URL.Query().Get("lang")
	if chosen, err := r.Cookie("language"); s.texts[asked] == nil || err == nil && s.texts[chosen.Value] != nil {
		return s.texts.choose(r)
	}
	return asked
}

func (s *site) showPlant(w http.ResponseWriter, r *http.Request, language string, plant Plant) {
	seen := s.plantView(r, language, plant)
	var html bytes.Buffer
	err := s.plants[language].template.Execute(&html, seen)
	if err == nil {
		var page *document
		if page, err = s.shelves.keep(language+" "+seen.Canonical, html.String(), html.Bytes); err == nil {
			w.Header().Set("Cache-Control", "no-cache")
			w.Header().Add("Vary", "Cookie, Accept-Language")
			w.Header().Set("Content-Language", language)
			page.serve(w, r, http.StatusOK)
			return
		}
	}
	fault.Write(w, fmt.Errorf("web: the page of %s: %w", plant.SKU, err))
}

// plantView is what the page says of a plant.
type plantView struct {
	Plant
	Canonical string
	Languages []alternate
	Pictures  []picture
	Social    string // the address of the picture that is shown where the page is shared
	Data      product
}

// picture is one picture of a plant, in one size or several.
type picture struct {
	Address, Set  string
	Width, Height int
}

func (s *site) plantView(r *http.Request, language string, plant Plant) plantView {
	base := s.base(r)
	v := plantView{Plant: plant, Canonical: base + plant.Path, Languages: s.alternates(base, plant.Path)}
	if asked := r.URL.Query().Get("lang"); s.texts[asked] != nil {
		v.Canonical = inLanguage(v.Canonical, asked)
	}
	drawings := s.plants[language].drawings
	drawing := cmp.Or(drawings[plant.Drawing], drawings[""])
	v.Pictures = []picture{{Address: drawing, Set: drawing + " 400w", Width: 400, Height: 480}}
	v.Social = base + v.Pictures[0].Address
	v.Data = productOf(plant, v, base)
	return v
}

// alternate is the address of a page in a language, as search engines are told it.
type alternate struct{ Language, Address string }

func (s *site) alternates(base, path string) (all []alternate) {
	for _, language := range texts.Languages(s.texts) {
		all = append(all, alternate{language, inLanguage(base+path, language)})
	}
	return append(all, alternate{"x-default", base + path})
}

func inLanguage(address, language string) string {
	return address + "?" + url.Values{"lang": {language}}.Encode()
}

// base is the address of the shop, without a slash at its end.
func (s *site) base(r *http.Request) string {
	return cmp.Or(strings.TrimSuffix(s.shop.URL, "/"), "http://"+r.Host)
}
