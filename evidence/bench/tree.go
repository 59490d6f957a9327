package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Process is a process with all its descendants: PostgreSQL counts as one, with its sessions.
type Process struct {
	Name string
	PID  int
}

// use is the processor time of a process itself and of its ended children, in seconds.
type use struct {
	parent int
	cpu    float64
}

// treesCPU returns the processor time of each process with its descendants, in seconds, on Linux only.
func treesCPU(processes []Process) ([]float64, error) {
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	uses := map[int]use{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		pid, u, err := parseStat(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		uses[pid] = u
	}
	var all []float64
	for _, p := range processes {
		if _, lives := uses[p.PID]; !lives {
			return nil, fmt.Errorf("the processor time of %s is not known: there is no process %d", p.Name, p.PID)
		}
		all = append(all, sumTree(uses, p.PID))
	}
	return all, nil
}

// parseStat parses a /proc/PID/stat. A command's name may contain blanks and parentheses.
func parseStat(text string) (pid int, u use, err error) {
	open, end := strings.IndexByte(text, ' '), strings.LastIndexByte(text, ')')
	if open < 0 || end < open {
		return 0, u, fmt.Errorf("not a process's state: %q", text)
	}
	fields := strings.Fields(text[end+1:]) // from the third on
	if len(fields) < 15 {
		return 0, u, fmt.Errorf("not a process's state: %q", text)
	}
	numbers := make([]int, 0, 6)
	for _, f := range append([]string{text[:open], fields[1]}, fields[11:15]...) {
		n, err := strconv.Atoi(f)
		if err != nil {
			return 0, u, err
		}
		numbers = append(numbers, n)
	}
	ticks := numbers[2] + numbers[3] + numbers[4] + numbers[5]
	return numbers[0], use{parent: numbers[1], cpu: float64(ticks) / ticksPerSecond}, nil
}

// sumTree adds up a process and its descendants.
func sumTree(uses map[int]use, root int) (sum float64) {
	for pid := range uses {
		for at, ok := pid, true; ok; at, ok = uses[at].parent, uses[at].parent != at && uses[at].parent > 0 {
			if at == root {
				sum += uses[pid].cpu
				break
			}
		}
	}
	return sum
}
