// SPDX-License-Identifier: Apache-2.0

package parent

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

var (
	errBoom      = errors.New("boom")
	errMissing   = &packet.Error{Class: packet.ClassNotFound}
	errForbidden = &packet.Error{Class: packet.ClassForbidden}
)

type projectsFn func(id string) error

func (f projectsFn) GetProject(_ context.Context, id string) (packet.Project, error) {
	return packet.Project{}, f(id)
}

func TestCheck(t *testing.T) {
	cases := map[string]struct {
		reason  string
		err     error
		refused bool
		says    string
	}{
		"There": {reason: "an object can be made in a project that is there"},
		"Missing": {reason: "a project that is missing is named, with the remedy", err: errMissing, refused: true, says: "there is no project P1 that the API key can see; if the id is wrong, create another Device with the right one; " +
			"if it is of a Project that was made anew, remove projectId, which a reference or selector then fills again, or have that follow with the policy resolve: Always"},
		"Unreadable": {reason: "one that cannot be read says nothing", err: errBoom, says: "cannot read the project: boom"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			asked := ""
			err := Check(t.Context(), projectsFn(func(id string) error { asked = id; return tc.err }), "P1", "Device")
			says := ""
			if err != nil {
				says = err.Error()
			}
			if diff := cmp.Diff([]string{"P1", tc.says}, []string{asked, says}); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
			var refusal *external.Refusal
			if got := errors.As(err, &refusal) && refusal.Reason == ReasonProjectNotFound; got != tc.refused {
				t.Errorf("%s: got %v, want a refusal for the project: %t", tc.reason, err, tc.refused)
			}
			if !tc.refused && !errors.Is(err, tc.err) {
				t.Errorf("%s: got %v, want %v", tc.reason, err, tc.err)
			}
		})
	}
}

func TestLacks(t *testing.T) {
	cases := map[string]struct {
		reason     string
		project    string
		projectErr error
		list       []string
		listErr    error
		asked      string
		want       bool
	}{
		"Gone":     {reason: "a project that is gone had no objects any more", project: "P1", projectErr: errMissing, asked: "project", want: true},
		"Missing":  {reason: "an object that a list lacks, of a project that can be read, is gone", project: "P1", list: []string{"other"}, asked: "project list", want: true},
		"Listed":   {reason: "one that is listed is there, whatever the case of its id", project: "P1", list: []string{"other", "id"}, asked: "project list"},
		"Foreign":  {reason: "a project that the key may not see says nothing, and its list would lie", project: "P1", projectErr: errForbidden, asked: "project"},
		"Unclear":  {reason: "nor does one that cannot be read", project: "P1", projectErr: errBoom, asked: "project"},
		"Unlisted": {reason: "nor a list that fails", project: "P1", listErr: errForbidden, asked: "project list"},
		"Homeless": {reason: "without a project nothing is asked"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var asked []string
			ask := func(what, of string) {
				if of != tc.project {
					t.Errorf("%s: asked for the %s of %q", tc.reason, what, of)
				}
				asked = append(asked, what)
			}
			api := projectsFn(func(id string) error { ask("project", id); return tc.projectErr })
			list := func(_ context.Context, projectID string) ([]string, error) {
				ask("list", projectID)
				return tc.list, tc.listErr
			}
			if got := Lacks(t.Context(), api, tc.project, "ID", list, func(s string) string { return s }); got != tc.want {
				t.Errorf("%s: got %t", tc.reason, got)
			}
			// The list has to be asked for after the project.
			if diff := cmp.Diff(tc.asked, strings.Join(asked, " ")); diff != "" {
				t.Errorf("%s: asked: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}
