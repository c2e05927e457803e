// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pageOf answers with one page of keys. Its link to the next one has the prefix
// that breaks packngo's paging.
func pageOf(current, total int, last bool, ids ...string) http.HandlerFunc {
	items, next := "", `{"href":"/metal/v1/ssh-keys?page=9"}`
	for i, id := range ids {
		if i > 0 {
			items += ","
		}
		items += `{"id":"` + id + `"}`
	}
	if last {
		next = "null"
	}
	return answering(200, fmt.Sprintf(`{"ssh_keys":[%s],"meta":{"next":%s,"current_page":%d,"total":%d}}`, items, next, current, total))
}

func TestPages(t *testing.T) {
	cases := map[string]struct {
		reason  string
		answers []http.HandlerFunc
		want    []string // ids
		pages   []string
		err     string
	}{
		"One": {
			reason:  "A list may have one page.",
			answers: []http.HandlerFunc{pageOf(1, 1, true, sessionID)},
			want:    []string{sessionID}, pages: []string{"1"},
		},
		"Three": {
			reason:  "Pages should be counted: where their links lead does not matter.",
			answers: []http.HandlerFunc{pageOf(1, 3, false, sessionID), pageOf(2, 3, false, deviceID), pageOf(3, 3, true, projectID)},
			want:    []string{sessionID, deviceID, projectID}, pages: []string{"1", "2", "3"},
		},
		"Changed": {
			reason: "An object that slipped to a page that was read already should not be missed.",
			answers: []http.HandlerFunc{
				pageOf(1, 3, false, sessionID, deviceID), pageOf(2, 2, true), pageOf(1, 2, true, deviceID, projectID),
			},
			want: []string{deviceID, projectID}, pages: []string{"1", "2", "1"},
		},
		"AlwaysChanged": {
			reason: "A list that does not come to rest is no list.",
			answers: []http.HandlerFunc{
				pageOf(1, 3, false, sessionID), pageOf(2, 2, true),
				pageOf(1, 3, false, sessionID), pageOf(2, 2, true),
				pageOf(1, 3, false, sessionID), pageOf(2, 2, true),
			},
			pages: []string{"1", "2", "1", "2", "1", "2"},
			err:   "GET /ssh-keys: unavailable (200): the list changes all the time",
		},
		"SecondFails": {
			reason:  "Half a list is no list.",
			answers: []http.HandlerFunc{pageOf(1, 2, false, sessionID), answering(403, `{"errors":["Access denied"]}`)},
			pages:   []string{"1", "2"},
			err:     "GET /ssh-keys: forbidden (403): Access denied",
		},
		"SamePage": {
			reason:  "A server that knows no pages should not be asked for ever.",
			answers: []http.HandlerFunc{pageOf(1, 2, false, sessionID)},
			pages:   []string{"1", "2"},
			err:     "GET /ssh-keys: unavailable (200): the answer holds another page of the list",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			a := startAPI(t, tc.answers...)
			got, err := newTestClient(t, a.URL, testOptions()).ListSSHKeys(t.Context(), "")
			if (tc.err == "") != (err == nil) || err != nil && err.Error() != tc.err {
				t.Errorf("%s\nwant error %q, got %v", tc.reason, tc.err, err)
			}
			var ids, pages []string
			for _, k := range got {
				ids = append(ids, k.ID)
			}
			for _, r := range a.requests() {
				u, err := url.Parse(r.URI)
				if err != nil {
					t.Fatal(err)
				}
				pages = append(pages, u.Query().Get("page"))
			}
			if diff := cmp.Diff(tc.want, ids); diff != "" {
				t.Errorf("%s\nkeys: -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.pages, pages); diff != "" {
				t.Errorf("%s\npages: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestEndlessPages(t *testing.T) {
	n := 0
	a := startAPI(t, func(w http.ResponseWriter, r *http.Request) {
		n++
		pageOf(n, 1, false)(w, r)
	})
	_, err := newTestClient(t, a.URL, testOptions()).ListSSHKeys(t.Context(), "")
	if want := "GET /ssh-keys: unavailable (200): the list has no end"; err == nil || err.Error() != want || n != maxPages {
		t.Errorf("want %q after %d requests, got %v after %d", want, maxPages, err, n)
	}
}
