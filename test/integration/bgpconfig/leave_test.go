// SPDX-License-Identifier: Apache-2.0

package bgpconfig

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// TestLeaveWithoutKey deletes a resource when neither its key nor the API can be
// read any more. Nothing has to be asked to leave the configuration as it is.
func TestLeaveWithoutKey(t *testing.T) {
	t.Parallel()
	inBothScopes(t, func(t *testing.T, s site) {
		t.Helper()
		u := s.Apply(s.config(nil, nil))
		s.AwaitResource("becoming Ready", u, stage.Ready)
		u.SetUID(s.Stored(u).UID)
		s.Sim.Fault(packetsim.LostToken(s.Sim.Token, 0))
		s.DeleteSecret("packet-key")
		s.Delete(u)
		s.AwaitGone(u)
		s.awaitReleased(u, s.upstream().ID)
	})
}

// awaitReleased waits until it is told that a configuration stays, which is when
// its resource is gone.
func (s site) awaitReleased(u *unstructured.Unstructured, id string) {
	s.T.Helper()
	want := "Left the BGP configuration " + id + " as it is: the Packet API cannot delete it"
	s.Await(s.T.Context(), s.T, "telling that it stays", func(context.Context) error {
		got := s.Events(u)["Released"] //nolint:contextcheck // It reads in the context of the test.
		if !slices.ContainsFunc(got, func(text string) bool { return strings.Contains(text, want) }) {
			return fmt.Errorf("want %q, got %q", want, got)
		}
		return nil
	})
}
