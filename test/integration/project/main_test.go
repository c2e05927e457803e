// SPDX-License-Identifier: Apache-2.0

package project

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// window is how long a creation whose answer was lost is not repeated: longer
// than anything here takes.
const window = 10 * time.Minute

// on is what all tests share. Tests that end the provider do not run in
// parallel with others.
var on *stage.Stage

func TestMain(m *testing.M) {
	os.Exit(stage.Run(m, func(s *stage.Stage) { on = s }, fmt.Sprintf("--creation-window=%s", window)))
}

// reads are the requests by which the provider looks at a project.
var reads = packetsim.Filter{Method: "GET", Route: "/projects/{id}"}

// lists are those by which it looks for one.
var lists = packetsim.Filter{Method: "GET", Route: "/projects"}

// only returns the API's only project.
func only(tn *stage.Tenant) packetsim.Project {
	tn.T.Helper()
	all := tn.Sim.Projects()
	if len(all) != 1 {
		tn.T.Fatalf("want one project at the API, got %d: %+v", len(all), all)
	}
	return all[0]
}
