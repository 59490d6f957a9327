package check_test

import (
	"testing"

	networking "k8s.io/api/networking/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

const postgresPort = 5432

// takesIn reports whether a selector of pods matches these labels.
func takesIn(t *testing.T, s *meta.LabelSelector, of map[string]string) bool {
	t.Helper()
	selector, err := meta.LabelSelectorAsSelector(s)
	if err != nil {
		t.Fatal(err)
	}
	return selector.Matches(labels.Set(of))
}

// TestOnlyTheServicesReachPostgreSQL: every pod has a policy that allows no outgoing connections, and only the services'
// allow that port; where PostgreSQL is a pod, it accepts no others.
func TestOnlyTheServicesReachPostgreSQL(t *testing.T) {
	each(t, func(t *testing.T, c *cluster) {
		for name, w := range c.workloads {
			closed, open := false, false
			for _, p := range c.policies {
				if !takesIn(t, &p.Spec.PodSelector, w.template.Labels) {
					continue
				}
				closed = closed || isolates(p)
				open = open || letsOut(w, c, p)
			}
			if !closed {
				t.Errorf("%s may send anything anywhere", name)
			}
			if open != (w.template.Labels["app.kubernetes.io/name"] == "webshop") {
				t.Errorf("%s reaches PostgreSQL: %v", name, open)
			}
		}
	})
}

func isolates(p *networking.NetworkPolicy) bool {
	for _, direction := range p.Spec.PolicyTypes {
		if direction == networking.PolicyTypeEgress {
			return true
		}
	}
	return false
}

// letsOut reports whether a policy allows a pod's connections to PostgreSQL's port.
func letsOut(w workload, c *cluster, p *networking.NetworkPolicy) bool {
	for _, rule := range p.Spec.Egress {
		if len(rule.Ports) == 0 {
			return true
		}
		for _, port := range rule.Ports {
			if port.Port == nil || port.Port.IntVal == postgresPort || port.Port.StrVal == "postgres" {
				return true
			}
		}
	}
	return false
}

func TestPostgreSQLHearsOnlyTheServices(t *testing.T) {
	c := build(t, copied(t)+"/kubernetes/trial")
	postgres := c.policies["postgres"]
	if !takesIn(t, &postgres.Spec.PodSelector, c.workloads["postgres"].template.Labels) {
		t.Fatal("the policy is not about PostgreSQL")
	}
	for name, w := range c.workloads {
		heard := false
		for _, rule := range postgres.Spec.Ingress {
			for _, from := range rule.From {
				heard = heard || takesIn(t, from.PodSelector, w.template.Labels)
			}
		}
		if heard != (w.template.Labels["app.kubernetes.io/name"] == "webshop") {
			t.Errorf("PostgreSQL hears %s: %v", name, heard)
		}
	}
}
