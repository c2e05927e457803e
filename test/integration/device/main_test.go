// SPDX-License-Identifier: Apache-2.0

package device

import (
	"os"
	"testing"

	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// here is what all tests share. Those that stop the provider do not run in
// parallel with others.
var here *stage.Stage

func TestMain(m *testing.M) {
	os.Exit(stage.Run(m, func(s *stage.Stage) { here = s }))
}
