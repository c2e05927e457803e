// SPDX-License-Identifier: Apache-2.0

package e2e

import "testing"

// TestRest shows that nobody writes a server or its parts while nothing
// changes, however often the API is looked at.
func TestRest(t *testing.T) {
	t.Parallel()
	for _, s := range styles() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			project := newProject(t)
			server := s.server(t, "rest", project, "")
			create(t, server)
			await(t, "become Ready", ready(server))
			awaitCalm(t, project, server)
			end(t, project, server)
		})
	}
}
