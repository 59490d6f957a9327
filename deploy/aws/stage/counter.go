package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// counter counts by name.
type counter struct {
	mu sync.Mutex
	n  map[string]int
}

func (c *counter) add(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n == nil {
		c.n = map[string]int{}
	}
	c.n[name]++
}

func (c *counter) of(name string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n[name]
}

// String lists all counts.
func (c *counter) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(c.n)) {
		lines = append(lines, fmt.Sprintf("%s: %d", name, c.n[name]))
	}
	return strings.Join(lines, ", ")
}
