// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// addresses returns the mail addresses of the default user, the default one
// with a star.
func addresses(t *testing.T, sim *packetsim.Sim) []string {
	t.Helper()
	all, _ := do(t, sim, http.MethodGet, "/user?include=emails", "").decode(t)["emails"].([]any)
	var out []string
	for _, x := range all {
		e, _ := x.(map[string]any)
		text, _ := e["address"].(string)
		if e["default"] == true {
			text += "*"
		}
		out = append(out, text)
	}
	return out
}

func TestEmails(t *testing.T) {
	sim := packetsim.Start(t, packetsim.Config{})
	id, _ := do(t, sim, http.MethodPost, "/emails", `{"address":"one@example.com"}`).decode(t)["id"].(string)
	one := "/emails/" + id
	for _, s := range []struct {
		reason             string
		method, path, body string
		status             int
		want               []string
	}{
		{"an address is added", http.MethodGet, one, "", 200, []string{"packetsim@example.com*", "one@example.com"}},
		{"its text does not change", http.MethodPut, one, `{"address":"two@example.com"}`, 200, []string{"packetsim@example.com*", "one@example.com"}},
		{"it becomes the default one", http.MethodPut, one, `{"default":true}`, 200, []string{"packetsim@example.com", "one@example.com*"}},
		{"which cannot be deleted", http.MethodDelete, one, "", 403, []string{"packetsim@example.com", "one@example.com*"}},
		{"another takes its place", http.MethodPost, "/emails", `{"address":"two@example.com","default":true}`, 201, []string{"packetsim@example.com", "one@example.com", "two@example.com*"}},
		{"and it can be deleted", http.MethodDelete, one, "", 204, []string{"packetsim@example.com", "two@example.com*"}},
		{"then it is gone", http.MethodGet, one, "", 404, []string{"packetsim@example.com", "two@example.com*"}},
		{"an address is needed", http.MethodPost, "/emails", `{}`, 422, []string{"packetsim@example.com", "two@example.com*"}},
		{"a valid one", http.MethodPost, "/emails", `{"address":"A <a@example.com>"}`, 422, []string{"packetsim@example.com", "two@example.com*"}},
		{"and a new one", http.MethodPost, "/emails", `{"address":"two@example.com"}`, 422, []string{"packetsim@example.com", "two@example.com*"}},
	} {
		if r := do(t, sim, s.method, s.path, s.body); r.status != s.status {
			t.Errorf("%s: want %d, got %s", s.reason, s.status, line(r))
		}
		if diff := cmp.Diff(s.want, addresses(t, sim)); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", s.reason, diff)
		}
	}
	if u := do(t, sim, http.MethodGet, "/user", "").decode(t); u["email"] != "two@example.com" {
		t.Errorf("want the default address to be the user's, got %v", u["email"])
	}
}

func TestNotifications(t *testing.T) {
	sim := packetsim.Start(t, packetsim.Config{})
	sent, err := sim.InsertNotification(packetsim.Notification{Body: "Maintenance at ny5", Severity: "warning"})
	if err != nil {
		t.Fatalf("cannot send notice: %v", err)
	}
	page := func(path string) []string {
		t.Helper()
		all, _ := do(t, sim, http.MethodGet, path, "").decode(t)["notifications"].([]any)
		var out []string
		for _, x := range all {
			n, _ := x.(map[string]any)
			text, _ := n["body"].(string)
			if n["read"] == true {
				text += ", read"
			}
			out = append(out, text)
		}
		return out
	}
	const first = "Your account is open"
	if diff := cmp.Diff([]string{first, "Maintenance at ny5"}, page("/notifications")); diff != "" {
		t.Errorf("an account has a first notice, and others follow: -want, +got:\n%s", diff)
	}
	if r := do(t, sim, http.MethodPut, "/notifications/"+sent.ID, ""); r.status != http.StatusOK || r.decode(t)["read"] != true {
		t.Errorf("a notice is marked as read: got %s", line(r))
	}
	if diff := cmp.Diff([]string{"Maintenance at ny5, read"}, page("/notifications?page=2&per_page=1")); diff != "" {
		t.Errorf("and stays so, in pages: -want, +got:\n%s", diff)
	}
	if r := do(t, sim, http.MethodGet, "/notifications/"+sent.ID, "").decode(t); r["severity"] != "warning" || r["type"] != "notice" {
		t.Errorf("want what was sent, got %v", r)
	}
	for name, n := range map[string]packetsim.Notification{"no body": {}, "unknown user": {Body: "x", UserID: "x"}, "same id": {Body: "x", ID: sent.ID}, "no UUID": {Body: "x", ID: "x"}} {
		if _, err := sim.InsertNotification(n); err == nil {
			t.Errorf("%s: want an error", name)
		}
	}
}

// TestAccountAccess asks with keys that belong to no user.
func TestAccountAccess(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	key := w.AddToken(packetsim.Token{Token: "own", ProjectID: w.project.ID}).Token
	emails, _ := do(t, w.Sim, http.MethodGet, "/user", "").decode(t)["emails"].([]any)
	first, _ := emails[0].(map[string]any)["href"].(string)
	notices, _ := do(t, w.Sim, http.MethodGet, "/notifications", "").decode(t)["notifications"].([]any)
	notice, _ := notices[0].(map[string]any)["href"].(string)
	for _, href := range []string{first, notice, packetsim.DefaultPrefix + "/notifications"} {
		path := href[len(packetsim.DefaultPrefix):]
		r, err := try(t, w.Sim, key, http.MethodGet, path, "")
		if err != nil || r.status != http.StatusForbidden {
			t.Errorf("%s with the key of a project: want 403, got %s, %v", path, line(r), err)
		}
		if r := do(t, w.Sim, http.MethodGet, path, ""); r.status != http.StatusOK {
			t.Errorf("%s with the key of a user: want 200, got %s", path, line(r))
		}
	}
	if !slices.ContainsFunc(w.Routes(), func(r packetsim.Route) bool { return r.Template == "/emails/{id}" }) {
		t.Error("want the account's routes to be known to faults")
	}
}
