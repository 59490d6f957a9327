package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"
)

// configFile gives flags the values that a YAML file has under their names.
type configFile map[string]any

// loadConfig reads a config file.
func loadConfig(r io.Reader) (kong.Resolver, error) {
	file := configFile{}
	if err := yaml.NewDecoder(r).Decode(&file); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("config file: %s", place(err))
	}
	return file, nil
}

// Validate refuses a file with a name that no flag has: it would be a setting that silently does nothing.
func (f configFile) Validate(app *kong.Application) error {
	known := map[string]bool{}
	for _, node := range append([]*kong.Node{app.Node}, app.Leaves(false)...) {
		for _, group := range node.AllFlags(false) {
			for _, flag := range group {
				known[flag.Name] = true
			}
		}
	}
	for name := range f {
		if !known[name] {
			return fmt.Errorf("config file: there is no flag --%s", name)
		}
	}
	return nil
}

// Resolve returns what the file has for a flag. What is in the environment wins over the file.
func (f configFile) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Envs {
		if _, set := os.LookupEnv(name); set {
			return nil, nil
		}
	}
	value, there := f[flag.Name]
	if !there {
		return nil, nil
	}
	if list, isList := value.([]any); isList {
		texts := make([]string, len(list))
		for i, v := range list {
			texts[i] = fmt.Sprint(v)
		}
		return strings.Join(texts, ","), nil
	}
	return fmt.Sprint(value), nil
}

// place says where a config file is wrong, and no more: the parser's words may repeat a secret.
func place(err error) string {
	if e, ok := errors.AsType[yaml.Error](err); ok && e.GetToken() != nil {
		at := e.GetToken().Position
		return fmt.Sprintf("line %d, column %d: this is not a YAML file of flags and their values", at.Line, at.Column)
	}
	return "this is not a YAML file of flags and their values"
}
