// SPDX-License-Identifier: Apache-2.0

package attached

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

func TestTags(t *testing.T) {
	cases := map[string]struct {
		reason         string
		asked, present []string
		visible, after []string
	}{
		"None":    {reason: "no tags stay no tags"},
		"Made":    {reason: "the mark is not seen, and stays when the last tag goes", present: []string{"a", Mark("me")}, visible: []string{"a"}, after: []string{Mark("me")}},
		"Changed": {reason: "the order that is asked for is kept", asked: []string{"c", "b"}, present: []string{Mark("me"), "a"}, visible: []string{"a"}, after: []string{"c", "b", Mark("me")}},
		"Forged":  {reason: "nobody can ask for another's mark", asked: []string{Mark("you"), "a"}, after: []string{"a"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.visible, Tags(tc.present), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s: visible: -want +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.after, Retag(tc.asked, tc.present), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s: afterwards: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestSorted(t *testing.T) {
	tags := []string{"b", "a", "b"}
	if diff := cmp.Diff([]string{"a", "b"}, Sorted(tags)); diff != "" {
		t.Errorf("order and repetition mean nothing: -want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"b", "a", "b"}, tags); diff != "" {
		t.Errorf("what is sorted stays as it was: -want +got:\n%s", diff)
	}
}

func TestData(t *testing.T) {
	cases := map[string]struct {
		reason  string
		text    string
		want    packet.CustomData
		written string
		wantErr bool
	}{
		"Nothing": {reason: "no text asks for none"},
		"Empty":   {reason: "an empty object is none", text: " {} "},
		"Null":    {reason: "null is none", text: "null"},
		"Object":  {reason: "space and order do not matter", text: "{ \"b\": [1, {\"c\": null}],\n\"a\": \"x\" }", want: packet.CustomData{"a": "x", "b": []any{json.Number("1"), map[string]any{"c": nil}}}, written: `{"a":"x","b":[1,{"c":null}]}`},
		"Number":  {reason: "no digit is lost", text: `{"a": 9007199254740993}`, want: packet.CustomData{"a": json.Number("9007199254740993")}, written: `{"a":9007199254740993}`},
		"List":    {reason: "the API takes objects only", text: `["hunter2"]`, wantErr: true},
		"Broken":  {reason: "what is no JSON is refused, and not quoted", text: `{"a": hunter2`, wantErr: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := Data(tc.text)
			var refusal *external.Refusal
			if (err != nil) != tc.wantErr || errors.As(err, &refusal) != tc.wantErr {
				t.Errorf("%s: got error %v, want a refusal: %t", tc.reason, err, tc.wantErr)
			}
			if tc.wantErr && (refusal.Argument != "customData" || refusal.Reason != external.ReasonInvalid || strings.Contains(refusal.Message, "hunter2")) {
				t.Errorf("%s: got %+v", tc.reason, refusal)
			}
			if diff := cmp.Diff(map[string]any(tc.want), map[string]any(got)); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.written, Text(got)); diff != "" {
				t.Errorf("%s: text: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
	if got := Text(packet.CustomData{"a": func() {}}); got != "" {
		t.Errorf("what is no JSON has no text: got %q", got)
	}
}
