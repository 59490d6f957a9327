package main

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// makeSecret generates a secret, as Secrets Manager would.
func (s *Stage) makeSecret(r resource) error {
	var p struct {
		Name, Description, KmsKeyId, SecretString string
		Tags                                      any
		GenerateSecretString                      *struct {
			PasswordLength                          whole
			ExcludePunctuation, IncludeSpace        bool
			ExcludeCharacters, SecretStringTemplate string
			GenerateStringKey                       string
		}
	}
	if err := decode(r.Properties, &p); err != nil {
		return err
	}
	arn, _ := s.ref(r.ID, r.Type)
	s.secrets[arn] = p.SecretString
	if g := p.GenerateSecretString; g != nil {
		text := (rand.Text() + rand.Text() + rand.Text())[:max(int(g.PasswordLength), 32)]
		s.secrets[arn] = text
		if g.GenerateStringKey != "" {
			values := map[string]any{}
			if err := json.Unmarshal([]byte(g.SecretStringTemplate), &values); err != nil {
				return err
			}
			values[g.GenerateStringKey] = text
			s.secrets[arn] = string(encode(values))
		}
	}
	return nil
}

var dynamic = regexp.MustCompile(`\{\{resolve:secretsmanager:(arn:aws:secretsmanager:[^:]*:[^:]*:secret:[^:}]*)(?::SecretString)?(?::([^:}]*))?[^}]*\}\}`)

// disclosed replaces dynamic references by their secrets.
func (s *Stage) disclosed(text string) (string, error) {
	var wrong error
	out := dynamic.ReplaceAllStringFunc(text, func(found string) string {
		parts := dynamic.FindStringSubmatch(found)
		secret, ok := s.secrets[parts[1]]
		if !ok {
			wrong = fmt.Errorf("there is no secret %s", parts[1])
		}
		if parts[2] == "" {
			return secret
		}
		values := map[string]any{}
		if err := json.Unmarshal([]byte(secret), &values); err != nil {
			wrong = fmt.Errorf("the secret %s has no keys", parts[1])
		}
		return fmt.Sprint(values[parts[2]])
	})
	if strings.Contains(out, "{{resolve:") {
		wrong = fmt.Errorf("the reference %s is not understood", out)
	}
	return out, wrong
}
