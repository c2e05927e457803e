// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/logging"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

func TestReport(t *testing.T) {
	six := packet.Session{
		ID: "S6", DeviceID: "D1", AddressFamily: "ipv6", Status: "down", DefaultRoute: true,
		LearnedRoutes: []string{"2604:1381::/64", "2604:1380::/64"},
	}
	cases := map[string]struct {
		reason  string
		session packet.Session
		want    external.Report[State]
		says    string
	}{
		"IPv4": {
			reason: "status tells all but the password, the secret the password too", session: four, says: "True/Up",
			want: external.Report[State]{State: State{ID: "S4", AddressFamily: "ipv4", DeviceID: "D1", Status: "up,up", Neighbors: state4}, Details: details4},
		},
		"IPv6": {
			reason: "an IPv6 session has its own neighbour, and learned routes are told in one order", session: six, says: "False/Down",
			want: external.Report[State]{State: State{
				ID: "S6", AddressFamily: "ipv6", DeviceID: "D1", Status: "down", DefaultRoute: true,
				LearnedRoutes: []string{"2604:1380::/64", "2604:1381::/64"}, Neighbors: state6,
			}, Details: details6},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := over(&fakeAPI{neighborsFn: func(string) ([]packet.Neighbor, error) { return []packet.Neighbor{neighbor4, neighbor6}, nil }})
			got := o.Report(t.Context(), tc.session, external.View[State]{})
			if len(got.Conditions) != 1 || string(got.Conditions[0].Status)+"/"+string(got.Conditions[0].Reason) != tc.says {
				t.Errorf("%s: conditions %+v, want Established to be %s", tc.reason, got.Conditions, tc.says)
			}
			got.Conditions = nil
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
			if six.LearnedRoutes[0] != "2604:1381::/64" {
				t.Errorf("%s: the session itself was changed", tc.reason)
			}
		})
	}
}

// written is a logger that writes everything.
type written struct{ to *strings.Builder }

func (w written) Info(msg string, kv ...any)       { fmt.Fprintln(w.to, msg, fmt.Sprintf("%+v", kv)) }
func (w written) Debug(msg string, kv ...any)      { w.Info(msg, kv...) }
func (w written) WithValues(...any) logging.Logger { return w }

// TestPasswordIsNowhereElse looks for the password in all that a session makes
// visible beside its connection secret.
func TestPasswordIsNowhereElse(t *testing.T) {
	log := &strings.Builder{}
	broken := &packet.Error{Class: packet.ClassForbidden, Message: "no"}
	a := &fakeAPI{
		neighborsFn: func(string) ([]packet.Neighbor, error) { return []packet.Neighbor{neighbor4}, nil },
		deviceFn:    func(string) (packet.Device, error) { return packet.Device{ProjectID: "P1"}, nil },
		discoverFn:  func(context.Context, string) error { return broken },
		configFn: func(string) (packet.BGPConfig, error) {
			return packet.BGPConfig{Status: "disabled", MD5: md5}, nil
		},
	}
	o := with(a, Options{StatusAge: time.Hour, Logger: written{to: log}})
	r := o.Report(t.Context(), four, external.View[State]{Manages: true, Publishes: true})
	if got := string(r.Details["md5Password"]); got != md5 {
		t.Fatalf("the password is not in the connection secret but %q", got)
	}
	refusal := o.Prepare(t.Context(), Arguments{DeviceID: "D1"})
	p, _ := o.peering("S4")
	visible := map[string]any{
		"state": r.State, "conditions": append(r.Conditions, unreadable(r.State, start)...), "refusal": refusal,
		"neighbor": p.neighbor, "log": log.String(),
	}
	for what, v := range visible {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{string(raw), fmt.Sprint(v), fmt.Sprintf("%+v", v), fmt.Sprintf("%#v", v), fmt.Sprintf("%q", v)} {
			if strings.Contains(text, md5) {
				t.Errorf("the password is in the %s: %s", what, text)
			}
		}
	}
	if !strings.Contains(log.String(), "discovered") {
		t.Errorf("a discovery that failed was not logged: %q", log.String())
	}
}

func TestUnreadable(t *testing.T) {
	const since = "The session has not been read since 2026-07-01T12:00:00Z; "
	cases := map[string]struct {
		reason string
		last   State
		want   string
	}{
		"Reported": {reason: "what was known last is told, and since when it is not any more", last: State{Status: "up,down"}, want: since + `the routers last reported "up,down". The condition Synced says why.`},
		"Never":    {reason: "a session without a status has none to tell", want: since + "the routers had not reported a state before. The condition Synced says why."},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			want := []xpv1.Condition{{
				Type: TypeEstablished, Status: corev1.ConditionUnknown, Reason: "Unreadable", Message: tc.want, LastTransitionTime: metav1.NewTime(start),
			}}
			if diff := cmp.Diff(want, unreadable(tc.last, start.In(time.FixedZone("", 3600)))); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestEstablished(t *testing.T) {
	cases := map[string]struct {
		reason string
		status string
		want   corev1.ConditionStatus
		why    string
	}{
		"Up":        {"one router is up", "up", corev1.ConditionTrue, "Up"},
		"AllUp":     {"all routers are up", "up, UP", corev1.ConditionTrue, "Up"},
		"Down":      {"one router is down", "down", corev1.ConditionFalse, "Down"},
		"OneDown":   {"one of several is down", "up,down", corev1.ConditionFalse, "Down"},
		"DownFirst": {"down outweighs unknown", "unknown,down", corev1.ConditionFalse, "Down"},
		"Unknown":   {"a router has not reported", "unknown", corev1.ConditionUnknown, "NotReported"},
		"Partly":    {"one of several has not reported", "up,unknown", corev1.ConditionUnknown, "NotReported"},
		"Empty":     {"nothing was reported", "", corev1.ConditionUnknown, "NotReported"},
		"Other":     {"a word that is not known proves nothing", "upward", corev1.ConditionUnknown, "NotReported"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := established(tc.status)
			if got.Type != TypeEstablished || got.Status != tc.want || string(got.Reason) != tc.why {
				t.Errorf("%s: %q gives %s/%s, want %s/%s", tc.reason, tc.status, got.Status, got.Reason, tc.want, tc.why)
			}
		})
	}
}
