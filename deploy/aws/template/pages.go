package template

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"acme.example/webshop/surfaces/web"
)

// choice is the CloudFront function that selects the file of a page: the rule of web/negotiate.go, in CloudFront's
// language. A test compares the two.
const choice = `var languages = LANGUAGES;
var pages = PAGES;

function known(name) {
  return languages.indexOf(name) >= 0;
}

function cookie(request, name) {
  var c = request.cookies[name];
  if (!c) return "";
  return c.multiValue ? c.multiValue[0].value : c.value;
}

function offers(header) {
  var all = header.split(",").map(function (element) {
    var parts = element.split(";");
    var weight = 1;
    var parameter = parts.slice(1).join(";").trim();
    if (parameter.indexOf("q=") === 0) weight = Number(parameter.slice(2)) || 0;
    return { name: parts[0].trim().toLowerCase().split("-")[0], weight: weight };
  });
  return all.sort(function (a, b) { return b.weight - a.weight; });
}

function language(request) {
  var told = [cookie(request, "language"), cookie(request, "order-language")].filter(known);
  if (told.length > 0) return told[0];
  var header = request.headers["accept-language"];
  var wanted = offers(header ? header.value : "").filter(function (o) { return o.weight > 0 && known(o.name); });
  if (wanted.length > 0) return wanted[0].name;
  var market = cookie(request, "market-language");
  return known(market) ? market : "en";
}

function handler(event) {
  var request = event.request;
  if (Object.prototype.hasOwnProperty.call(pages, request.uri)) {
    request.uri = "/" + language(request) + "/" + pages[request.uri];
  }
  return request;
}
`

// pageFunction returns that function with the existing pages and languages.
func pageFunction(e web.Exported) string {
	return strings.NewReplacer("LANGUAGES", string(asJSON(e.Languages)), "PAGES", string(asJSON(e.Pages))).Replace(choice)
}

func asJSON(v any) []byte {
	text, _ := json.MarshalIndent(v, "", "  ") // texts: this cannot fail
	return text
}

// pageHeaders returns CloudFront's headers for pages and assets: those of the shop itself, and that browsers must use
// HTTPS.
func pageHeaders(e web.Exported) fields {
	own, custom := fields{}, []any{}
	for _, name := range slices.Sorted(maps.Keys(e.Headers)) {
		value := e.Headers.Get(name)
		switch name {
		case "Content-Security-Policy":
			own = append(own, item("ContentSecurityPolicy", fields{item("ContentSecurityPolicy", value), item("Override", true)}))
		case "X-Content-Type-Options":
			own = append(own, item("ContentTypeOptions", fields{item("Override", true)}))
		case "Referrer-Policy":
			own = append(own, item("ReferrerPolicy", fields{item("ReferrerPolicy", value), item("Override", true)}))
		default:
			custom = append(custom, fields{item("Header", name), item("Value", value), item("Override", true)})
		}
	}
	own = append(own, item("StrictTransportSecurity", fields{item("AccessControlMaxAgeSec", 31536000), item("Override", true)}))
	return fields{item("SecurityHeadersConfig", own), item("CustomHeadersConfig", fields{item("Items", custom)})}
}
