package check_test

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	apps "k8s.io/api/apps/v1"
	autoscaling "k8s.io/api/autoscaling/v2"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// cluster is kustomize's output for a folder, by kind and name.
type cluster struct {
	workloads map[string]workload
	services  map[string]*core.Service
	budgets   map[string]*policy.PodDisruptionBudget
	scalers   map[string]*autoscaling.HorizontalPodAutoscaler
	policies  map[string]*networking.NetworkPolicy
	ingresses map[string]*networking.Ingress
	configs   map[string]*core.ConfigMap
	secrets   map[string]*core.Secret
}

// workload is a Deployment or a StatefulSet.
type workload struct {
	selector map[string]string
	template core.PodTemplateSpec
}

// build builds a folder's objects, and reads each strictly: an unknown field is an error.
func build(t *testing.T, folder string) *cluster {
	t.Helper()
	made, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), folder)
	if err != nil {
		t.Fatal(err)
	}
	c := &cluster{
		workloads: map[string]workload{}, services: map[string]*core.Service{}, budgets: map[string]*policy.PodDisruptionBudget{},
		scalers: map[string]*autoscaling.HorizontalPodAutoscaler{}, policies: map[string]*networking.NetworkPolicy{},
		ingresses: map[string]*networking.Ingress{}, configs: map[string]*core.ConfigMap{}, secrets: map[string]*core.Secret{},
	}
	for _, r := range made.Resources() {
		text, err := r.AsYAML()
		if err == nil {
			err = c.add(r.GetApiVersion()+" "+r.GetKind(), r.GetName(), text)
		}
		if err != nil {
			t.Errorf("%s %s: %v", r.GetKind(), r.GetName(), err)
		}
		if ns := r.GetNamespace(); ns != "webshop" && r.GetKind() != "Namespace" {
			t.Errorf("%s %s is in the namespace %q", r.GetKind(), r.GetName(), ns)
		}
	}
	return c
}

func (c *cluster) add(kind, name string, text []byte) error {
	var deployment apps.Deployment
	var set apps.StatefulSet
	switch kind {
	case "v1 Namespace":
		return yaml.UnmarshalStrict(text, &core.Namespace{})
	case "apps/v1 Deployment":
		err := yaml.UnmarshalStrict(text, &deployment)
		c.workloads[name] = workload{deployment.Spec.Selector.MatchLabels, deployment.Spec.Template}
		return err
	case "apps/v1 StatefulSet":
		err := yaml.UnmarshalStrict(text, &set)
		c.workloads[name] = workload{set.Spec.Selector.MatchLabels, set.Spec.Template}
		return err
	case "v1 Service":
		return keep(c.services, name, text)
	case "policy/v1 PodDisruptionBudget":
		return keep(c.budgets, name, text)
	case "autoscaling/v2 HorizontalPodAutoscaler":
		return keep(c.scalers, name, text)
	case "networking.k8s.io/v1 NetworkPolicy":
		return keep(c.policies, name, text)
	case "networking.k8s.io/v1 Ingress":
		return keep(c.ingresses, name, text)
	case "v1 ConfigMap":
		return keep(c.configs, name, text)
	case "v1 Secret":
		return keep(c.secrets, name, text)
	}
	return fmt.Errorf("no one checks a %s", kind)
}

func keep[T any](into map[string]*T, name string, text []byte) error {
	into[name] = new(T)
	return yaml.UnmarshalStrict(text, into[name])
}

// each runs a test on the cluster for an own database and own secrets, and on the trial cluster.
func each(t *testing.T, test func(*testing.T, *cluster)) {
	folder := copied(t)
	for _, name := range []string{"base", "trial"} {
		t.Run(name, func(t *testing.T) { test(t, build(t, filepath.Join(folder, "kubernetes", name))) })
	}
}

// matches reports whether a selector of labels alone selects the pods of a workload.
func matches(selector, labels map[string]string) bool {
	for k, v := range selector {
		if labels[k] != v {
			return false
		}
	}
	return len(selector) > 0
}

func TestEachServiceIsDeployedWithItsBudgetAndScaler(t *testing.T) {
	each(t, func(t *testing.T, c *cluster) {
		for _, service := range services(t) {
			name := "webshop-" + service
			w := c.workloads[name]
			if len(w.template.Spec.Containers) != 1 || variables(w)["WEBSHOP_SERVICES"] != service {
				t.Errorf("%s does not run the service %s", name, service)
			}
			if b := c.budgets[name]; b == nil || !matches(b.Spec.Selector.MatchLabels, w.template.Labels) {
				t.Errorf("%s has no disruption budget", name)
			}
			if s := c.scalers[name]; s == nil || s.Spec.ScaleTargetRef.Name != name {
				t.Errorf("%s has no autoscaler", name)
			}
			if s := c.services[name]; s == nil || !matches(s.Spec.Selector, w.template.Labels) {
				t.Errorf("%s has no service", name)
			}
		}
	})
}

// TestSelectorsTakeInOneWorkload: no service, budget or workload selects another's pods.
func TestSelectorsTakeInOneWorkload(t *testing.T) {
	each(t, func(t *testing.T, c *cluster) {
		selectors := map[string]map[string]string{}
		for name, s := range c.services {
			selectors["service "+name] = s.Spec.Selector
		}
		for name, b := range c.budgets {
			selectors["budget "+name] = b.Spec.Selector.MatchLabels
		}
		for name, w := range c.workloads {
			selectors["workload "+name] = w.selector
		}
		for what, selector := range selectors {
			var of []string
			for name, w := range c.workloads {
				if matches(selector, w.template.Labels) {
					of = append(of, name)
				}
			}
			if len(of) != 1 {
				t.Errorf("%s takes in the pods of %v", what, of)
			}
		}
	})
}

// TestPodsAreSpreadAmongTheirOwn: a constraint counts the pods of its own workload. The API server refuses matchLabelKeys without a
// labelSelector, which its types allow.
func TestPodsAreSpreadAmongTheirOwn(t *testing.T) {
	each(t, func(t *testing.T, c *cluster) {
		for name, w := range c.workloads {
			for _, spread := range w.template.Spec.TopologySpreadConstraints {
				if spread.LabelSelector == nil {
					t.Errorf("%s is spread without a labelSelector", name)
					continue
				}
				for other, of := range c.workloads {
					if is := takesIn(t, spread.LabelSelector, of.template.Labels); is != (other == name) {
						t.Errorf("the spread of %s counts the pods of %s: %v", name, other, is)
					}
				}
			}
		}
	})
}

// TestFewAreTrustedAsProxies: a wide network includes nodes and customers, who could then claim any address.
func TestFewAreTrustedAsProxies(t *testing.T) {
	for _, file := range []string{"../kubernetes/base/webshop.env", "../compose.yaml"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`WEBSHOP_TRUSTED_PROXY[=:] ?(\S+)`).FindAllStringSubmatch(string(text), -1) {
			if network, err := netip.ParsePrefix(found[1]); err != nil || network.Bits() < 16 {
				t.Errorf("%s trusts %s: %v", file, found[1], err)
			}
		}
	}
}

func TestIngressAndScalersLeadSomewhere(t *testing.T) {
	each(t, func(t *testing.T, c *cluster) {
		for _, i := range c.ingresses {
			for _, p := range i.Spec.Rules[0].HTTP.Paths {
				s := c.services[p.Backend.Service.Name]
				if s == nil || !hasPort(s, p.Backend.Service.Port.Name) || p.Backend.Service.Port.Name != "public" {
					t.Errorf("%s leads to %+v", p.Path, p.Backend.Service)
				}
			}
		}
		for name, s := range c.scalers {
			for _, m := range s.Spec.Metrics {
				if m.External != nil && m.External.Metric.Selector.MatchLabels["service"] != strings.TrimPrefix(name, "webshop-") {
					t.Errorf("%s scales by the lag of %v", name, m.External.Metric.Selector.MatchLabels)
				}
			}
		}
	})
}

func hasPort(s *core.Service, name string) bool {
	for _, p := range s.Spec.Ports {
		if p.Name == name {
			return true
		}
	}
	return false
}
