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

// settingPrefix is the prefix of all settings in the environment.
const settingPrefix = "WEBSHOP_"

// alsoRead are the settings in the environment that have no flag.
var alsoRead = []string{"WEBSHOP_CRASH"} // package crash, in test builds

// gone are settings of earlier releases, and what to use instead.
var gone = map[string]string{
	"WEBSHOP_WEBHOOK_SECRET":     "each partner has its own: WEBSHOP_STOCKIST_SECRET, WEBSHOP_SCREENING_SECRET",
	"WEBSHOP_WEBHOOK_SECRET_OLD": "older secrets follow the new one in WEBSHOP_STOCKIST_SECRET, WEBSHOP_SCREENING_SECRET",
	"WEBSHOP_PARTNER_TOKEN":      "each partner has its own: WEBSHOP_PAYMENTS_US_TOKEN, WEBSHOP_STOCKIST_TOKEN and so on",
}

// serviceLink matches what Kubernetes adds to the environment of a pod for a service whose name begins with webshop.
var serviceLink = regexp.MustCompile(`^WEBSHOP(_[A-Z0-9_]+)?_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$`)

// CheckEnvironment refuses unknown names with the prefix of settings: a mistyped setting would silently do nothing, and
// leave a partner simulated. known are the names of the program's flags.
func CheckEnvironment(environment, known []string) error {
	_, inKubernetes := os.LookupEnv("KUBERNETES_SERVICE_HOST")
	var wrong []error
	for _, entry := range environment {
		name, _, _ := strings.Cut(entry, "=")
		switch {
		case !strings.HasPrefix(name, settingPrefix), slices.Contains(known, name), slices.Contains(alsoRead, name):
		case inKubernetes && serviceLink.MatchString(name):
		case gone[name] != "":
			wrong = append(wrong, fmt.Errorf("environment: %s is no longer a setting: %s", name, gone[name]))
		default:
			wrong = append(wrong, fmt.Errorf("environment: there is no setting %s; did you mean %s?", name, nearest(name, known)))
		}
	}
	return errors.Join(wrong...)
}

// nearest returns the known name that is most similar.
func nearest(name string, known []string) string {
	return slices.MinFunc(known, func(a, b string) int {
		return levenshtein.ComputeDistance(name, a) - levenshtein.ComputeDistance(name, b)
	})
}
