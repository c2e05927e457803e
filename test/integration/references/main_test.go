// SPDX-License-Identifier: Apache-2.0

package references

import (
	"os"
	"testing"

	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// on is what all tests share. Those that stop the provider do not run in
// parallel with others.
var on *stage.Stage

func TestMain(m *testing.M) {
	// A discovery would count as a request that changes something. So many
	// resources poll less often than those of other tests.
	os.Exit(stage.Run(m, func(s *stage.Stage) { on = s }, "--bgp-status-age=0", "--poll-interval=2s", "--backoff-max=2s"))
}
