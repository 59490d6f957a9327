package app

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// settingPrefix begins the names of all settings in the environment.
const settingPrefix = "WEBSHOP_"

// alsoRead are the settings in the environment that are no flags.
var alsoRead = []string{"WEBSHOP_CRASH"} // package crash, in the builds of tests

// gone are settings of earlier releases, with what to do instead.
var gone = map[string]string{
	"WEBSHOP_WEBHOOK_SECRET":     "each partner has its own: WEBSHOP_STOCKIST_SECRET, WEBSHOP_SCREENING_SECRET",
	"WEBSHOP_WEBHOOK_SECRET_OLD": "older secrets follow the new one in WEBSHOP_STOCKIST_SECRET, WEBSHOP_SCREENING_SECRET",
	"WEBSHOP_PARTNER_TOKEN":      "each partner has its own: WEBSHOP_PAYMENTS_US_TOKEN, WEBSHOP_STOCKIST_TOKEN and so on",
}

// serviceLink is what Kubernetes adds to the environment of a pod for a service whose name begins with webshop.
var serviceLink = regexp.MustCompile(`^WEBSHOP(_[A-Z0-9_]+)?_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$`)

// CheckEnvironment refuses names in the environment that begin like settings and are none: a mistyped one would be a setting
// that silently does nothing, and its partner would be simulated. The known names are those of the program's flags.
func CheckEnvironment(environment, known []string) error {
	_, inKubernetes := os.LookupEnv("KUBERNETES_SERVICE_HOST")
	var wrong []error
	for _, entry := range environment {
		name, _, _ := strings.Cut(entry, "=")
		switch {
		case !strings.HasPrefix(name, settingPrefix), slices.Contains(known, name), slices.Contains(alsoRead, name):
		case inKubernetes && serviceLink.MatchString(name):
		case gone[name] != "":
			wrong = append(wrong, fmt.Errorf("environment: %s is no setting any more: %s", name, gone[name]))
		default:
			wrong = append(wrong, fmt.Errorf("environment: there is no setting %s; did you mean %s?", name, nearest(name, known)))
		}
	}
	return errors.Join(wrong...)
}

// nearest is the name that is most like another one.
func nearest(name string, known []string) string {
	return slices.MinFunc(known, func(a, b string) int {
		return levenshtein.ComputeDistance(name, a) - levenshtein.ComputeDistance(name, b)
	})
}
