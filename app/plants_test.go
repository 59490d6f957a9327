package app_test

import (
	"strings"
	"testing"
)

// TestAPageForEachPlant: the catalog says where it is, and it has what the rules say of the plant.
func TestAPageForEachPlant(t *testing.T) {
	t.Parallel()
	s := start(t)
	var catalog struct{ Products []struct{ SKU, Page string } }
	s.call("GET", s.PublicURL+"/catalog?market=MX", nil).want(200).into(&catalog)
	if len(catalog.Products) != 6 {
		t.Fatalf("%+v", catalog)
	}
	for _, p := range catalog.Products {
		if !strings.HasPrefix(p.Page, "/plants/"+p.SKU+"-") {
			t.Errorf("the page of %s is %q", p.SKU, p.Page)
		}
		page := string(s.call("GET", s.PublicURL+p.Page+"?lang=es", nil).want(200).body)
		if strings.Count(page, "<dt>") != 5 || !strings.Contains(page, "MXN") || !strings.Contains(page, "gatos y perros") {
			t.Errorf("the page of %s: %s", p.SKU, page)
		}
	}
	s.call("GET", s.PublicURL+"/plants/LB999", nil).want(404)
}
