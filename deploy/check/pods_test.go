package check_test

import (
	"path"
	"slices"
	"strings"
	"testing"

	core "k8s.io/api/core/v1"
)

// variables returns a pod's own environment variables, without those of config maps and secrets.
func variables(w workload) map[string]string {
	all := map[string]string{}
	for _, e := range w.template.Spec.Containers[0].Env {
		all[e.Name] = e.Value
	}
	return all
}

func TestPodsHaveSettingsThatExist(t *testing.T) {
	each(t, func(t *testing.T, c *cluster) {
		for name, w := range c.workloads {
			container := w.template.Spec.Containers[0]
			if !strings.HasPrefix(name, "webshop-") {
				continue
			}
			all := variables(w)
			for _, from := range container.EnvFrom {
				config := c.configs[from.ConfigMapRef.Name]
				if config == nil {
					t.Fatalf("%s: no config map %s", name, from.ConfigMapRef.Name)
				}
				for k := range config.Data {
					all[k] = ""
				}
			}
			for variable := range all {
				if !knows(t, container.Args[0], variable) {
					t.Errorf("%s: webshop %s knows no %s", name, container.Args[0], variable)
				}
			}
			for _, first := range w.template.Spec.InitContainers {
				for _, e := range first.Env {
					if !knows(t, first.Args[0], e.Name) {
						t.Errorf("%s: webshop %s knows no %s", name, first.Args[0], e.Name)
					}
				}
			}
		}
	})
}

// TestPodsHaveTheSecretsThatTheyName: each @FILE of a setting is an item of the mounted secret; and the trial's secrets
// have each key.
func TestPodsHaveTheSecretsThatTheyName(t *testing.T) {
	each(t, func(t *testing.T, c *cluster) {
		for name, w := range c.workloads {
			var items, files []string
			for _, item := range secretItems(w.template.Spec) {
				items, files = append(items, item.Key), append(files, item.Path)
			}
			for variable, value := range variables(w) {
				file, isFile := strings.CutPrefix(value, "@/secrets/")
				if isFile && !slices.Contains(files, file) {
					t.Errorf("%s: %s is the file %s, which is not mounted", name, variable, path.Base(value))
				}
			}
			for _, key := range items {
				of, is := strings.CutPrefix(key, "database-url-")
				if is && of != w.template.Labels["app.kubernetes.io/component"] && name != "postgres" {
					t.Errorf("%s may log in to PostgreSQL as %s", name, of)
				}
			}
			for _, container := range w.template.Spec.Containers {
				for _, m := range container.VolumeMounts {
					if m.Name == "owner" {
						t.Errorf("%s: %s may change the tables", name, container.Name)
					}
				}
			}
			for _, s := range c.secrets {
				for _, key := range items {
					if s.Data[key] == nil {
						t.Errorf("%s: the secret has no key %s", name, key)
					}
				}
			}
		}
	})
}

// secretItems returns the keys of secrets that a pod mounts.
func secretItems(pod core.PodSpec) (items []core.KeyToPath) {
	for _, v := range pod.Volumes {
		if v.Secret != nil {
			items = append(items, v.Secret.Items...)
		}
	}
	return items
}

// TestPodsAreProbedAndUnprivileged: the stage proves that the probes' paths answer.
func TestPodsAreProbedAndUnprivileged(t *testing.T) {
	each(t, func(t *testing.T, c *cluster) {
		for name, w := range c.workloads {
			pod, container := w.template.Spec, w.template.Spec.Containers[0]
			if s := container.SecurityContext; !*pod.SecurityContext.RunAsNonRoot || *s.AllowPrivilegeEscalation || s.Capabilities.Drop[0] != "ALL" {
				t.Errorf("%s has more rights than it needs", name)
			}
			for _, p := range []*core.Probe{container.StartupProbe, container.LivenessProbe, container.ReadinessProbe} {
				if p != nil && p.HTTPGet != nil && !namesPort(container, p.HTTPGet.Port.StrVal) {
					t.Errorf("%s: a probe asks at the port %s", name, p.HTTPGet.Port.StrVal)
				}
			}
			if container.Image == "webshop" && container.Args[0] == "serve" &&
				(container.LivenessProbe.HTTPGet.Path != "/healthz" || container.ReadinessProbe.HTTPGet.Path != "/readyz") {
				t.Errorf("%s is probed at other paths than the shop has", name)
			}
		}
	})
}

func namesPort(c core.Container, name string) bool {
	return slices.ContainsFunc(c.Ports, func(p core.ContainerPort) bool { return p.Name == name })
}
