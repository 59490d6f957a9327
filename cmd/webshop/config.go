package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"

	"acme.example/webshop/app"
)

// configFile sets flags from a YAML file by name.
type configFile map[string]any

// loadConfig reads a config file.
func loadConfig(r io.Reader) (kong.Resolver, error) {
	file := configFile{}
	if err := yaml.NewDecoder(r).Decode(&file); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("config file: %s", place(err))
	}
	return file, nil
}

// flagsOf returns the flags of all commands.
func flagsOf(model *kong.Application) (flags []*kong.Flag) {
	for _, node := range append([]*kong.Node{model.Node}, model.Leaves(false)...) {
		for _, group := range node.AllFlags(false) {
			flags = append(flags, group...)
		}
	}
	return flags
}

// environment is the process's environment. kong itself sets flags from it; here it is only checked.
type environment struct{}

// Validate refuses unknown names with the prefix of settings.
func (environment) Validate(model *kong.Application) error {
	var known []string
	for _, flag := range flagsOf(model) {
		known = append(known, flag.Envs...)
	}
	return app.CheckEnvironment(os.Environ(), known)
}

// Resolve sets no flags.
func (environment) Resolve(*kong.Context, *kong.Path, *kong.Flag) (any, error) { return nil, nil }

// Validate refuses a file with an unknown name, which would be a setting that silently does nothing.
func (f configFile) Validate(model *kong.Application) error {
	known := map[string]bool{}
	for _, flag := range flagsOf(model) {
		known[flag.Name] = true
	}
	for name := range f {
		if !known[name] {
			return fmt.Errorf("config file: there is no flag --%s", name)
		}
	}
	return nil
}

// Resolve returns the file's value for a flag. The environment wins over the file.
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

// place says where a config file is wrong, and no more: the parser's text may contain a secret.
func place(err error) string {
	if e, ok := errors.AsType[yaml.Error](err); ok && e.GetToken() != nil {
		at := e.GetToken().Position
		return fmt.Sprintf("line %d, column %d: this is not a YAML file of flags and their values", at.Line, at.Column)
	}
	return "this is not a YAML file of flags and their values"
}
