package web

// product is a plant as search engines read it: a Product of schema.org, in JSON-LD.
type product struct {
	Context     string   `json:"@context"`
	Type        string   `json:"@type"`
	SKU         string   `json:"sku"`
	Name        string   `json:"name"`
	Description string   `json:"description"`
	URL         string   `json:"url"`
	Image       []string `json:"image"`
	Brand       brand    `json:"brand"`
	Offers      []offers `json:"offers"`
}

type brand struct {
	Type string `json:"@type"`
	Name string `json:"name"`
}

// offers is the Offer of one market.
type offers struct {
	Type          string `json:"@type"`
	URL           string `json:"url"`
	Price         string `json:"price"`
	PriceCurrency string `json:"priceCurrency"`
	Availability  string `json:"availability"`
	Region        string `json:"eligibleRegion"`
}

func productOf(plant Plant, v plantView, base string) product {
	p := product{
		Context: "https://schema.org", Type: "Product", SKU: plant.SKU, Name: plant.Name, Description: plant.About, URL: v.Canonical,
		Brand: brand{Type: "Brand", Name: "ACME"},
	}
	for _, picture := range v.Pictures {
		p.Image = append(p.Image, base+picture.Address)
	}
	availability := "https://schema.org/InStock"
	if plant.SoldOut {
		availability = "https://schema.org/OutOfStock"
	}
	for _, o := range plant.Offers {
		p.Offers = append(p.Offers, offers{
			Type: "Offer", URL: v.Canonical, Price: o.Price, PriceCurrency: o.Currency, Availability: availability, Region: o.Market,
		})
	}
	return p
}
