package bench

import (
	"os"
	"os/exec"
	"testing"
)

func TestAProcessIsMeasuredWithItsDescendants(t *testing.T) {
	uses := map[int]use{1: {0, 100}, 5: {1, 1}, 6: {5, 2}, 7: {6, 4}, 8: {1, 8}}
	if sum := sumTree(uses, 5); sum != 7 {
		t.Error(sum)
	}
	pid, u, err := parseStat("42 (a ) b) S 7 42 42 0 -1 4194560 1 2 3 4 100 50 30 20 20 0 1 0")
	if err != nil || pid != 42 || u != (use{parent: 7, cpu: 2}) {
		t.Error(pid, u, err)
	}
	for _, text := range []string{"", "42", "42 (a) S 7", "42 (a) S x 42 42 0 -1 4194560 1 2 3 4 100 50 30 20"} {
		if _, _, err := parseStat(text); err == nil {
			t.Errorf("%q is read", text)
		}
	}
}

func TestThisProcessHasHadSomeOfTheProcessor(t *testing.T) {
	child := exec.CommandContext(t.Context(), "sh", "-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done")
	if err := child.Run(); err != nil {
		t.Fatal(err)
	}
	own, err := treesCPU([]Process{{"this test", os.Getpid()}})
	if err != nil || own[0] < child.ProcessState.UserTime().Seconds()-0.02 {
		t.Errorf("%v, of which a child that has ended had %v: %v", own, child.ProcessState.UserTime(), err)
	}
	if _, err := treesCPU([]Process{{"none", -1}}); err == nil {
		t.Error("a process that is not there is no error")
	}
}
