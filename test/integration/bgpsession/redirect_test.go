// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// TestRedirect has an endpoint that redirects every request to another one,
// which must get none: the key would travel along.
func TestRedirect(t *testing.T) {
	t.Parallel()
	for _, status := range []int{
		http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect,
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			inBothScopes(t, func(t *testing.T, tn *tenant) {
				t.Helper()
				var asked, stolen atomic.Int64
				thief := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { stolen.Add(1) }))
				defer thief.Close()
				endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Header.Get("X-Auth-Token") == tn.token.Token {
						asked.Add(1)
					}
					http.Redirect(w, r, thief.URL+r.URL.Path, status)
				}))
				defer endpoint.Close()
				config := tn.config.DeepCopy()
				config.SetResourceVersion("")
				config.SetName(tn.name + "-redirected")
				config.Object["spec"].(map[string]any)["baseUrl"] = endpoint.URL
				tn.create(config)
				tn.config = config

				u := tn.apply(tn.manifest(nil, nil))
				// The provider may hear of the session before the configuration.
				tn.awaitSession("a refusal that names the redirect and the remedy", u, all(
					condition("Synced", corev1.ConditionFalse, "ReconcileError"), says("Synced", "redirect, which is not followed; is the base URL right?"),
				))
				await(t.Context(), t, "further requests", func(context.Context) error {
					if n := asked.Load(); n < 5 {
						return fmt.Errorf("%d so far", n)
					}
					return nil
				})
				tn.delete(u)
				if n := stolen.Load(); n != 0 {
					t.Errorf("%d requests followed the redirect", n)
				}
			})
		})
	}
}
