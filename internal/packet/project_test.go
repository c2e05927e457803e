// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/ptr"
)

const (
	organizationID = "1b2c3d4e-0000-4000-8000-00000000000a"
	paymentID      = "2c3d4e5f-0000-4000-8000-00000000000b"
	projectAnswer  = `{"id":"` + projectID + `","name":"demo","backend_transfer_enabled":true,"tags":["a","b"],"customdata":{"pw":"` + testData + `"},
		"organization":{"href":"/metal/v1/organizations/` + organizationID + `"},"payment_method":{"href":"/metal/v1/payment-methods/` + paymentID + `"},
		"created_at":"2024-05-01T08:00:00Z","updated_at":"2024-05-01T09:00:00Z","devices":[{"href":"/x"}]}`
)

var (
	may1      = time.Date(2024, 5, 1, 8, 0, 0, 0, time.UTC)
	testJSON  = CustomData{"pw": testData}
	oddThings = CustomData{"deep": []any{map[string]any{"pw": testData}, "x", 1.5}}

	wantProject = Project{
		ID: projectID, Name: "demo", OrganizationID: organizationID, PaymentMethodID: paymentID, BackendTransfer: true,
		Tags: []string{"a", "b"}, CustomData: testJSON, CreatedAt: may1,
	}
)

var projectMethods = map[string]method{
	"GetProject": {
		reason: "A project should be translated, with the ids of what it links to.",
		call:   func(ctx context.Context, c *Client, id string) (any, error) { return c.GetProject(ctx, id) },
		id:     projectID,
		answer: answering(200, projectAnswer),
		wire:   seen{Method: "GET", URI: "/metal/v1/projects/" + projectID},
		want:   wantProject,
	},
	"ListProjects": {
		reason: "Null should be read as nothing, wherever it stands, and data that is no object too.",
		call:   func(ctx context.Context, c *Client, _ string) (any, error) { return c.ListProjects(ctx) },
		noID:   true,
		answer: answering(200, `{"projects":[`+projectAnswer+`,{"id":"`+deviceID+`","name":"demo","customdata":[1],"tags":null,"organization":null,
			"payment_method":null,"created_at":null}],"meta":{"next":null,"current_page":1,"total":2}}`),
		wire: seen{Method: "GET", URI: "/metal/v1/projects?page=1&per_page=250"},
		want: []Project{wantProject, {ID: deviceID, Name: "demo"}},
	},
	"CreateProject": {
		reason: "Custom data should be sent as an object.",
		call: func(ctx context.Context, c *Client, _ string) (any, error) {
			return c.CreateProject(ctx, CreateProject{
				Name: "demo", OrganizationID: organizationID, PaymentMethodID: paymentID, Tags: []string{"a"}, CustomData: oddThings,
			})
		},
		noID:   true,
		sends:  []string{testData},
		answer: answering(201, projectAnswer),
		wire: seen{
			Method: "POST", URI: "/metal/v1/projects",
			Body: `{"name":"demo","organization_id":"` + organizationID + `","payment_method_id":"` + paymentID + `","tags":["a"],` +
				`"customdata":{"deep":[{"pw":"` + testData + `"},"x",1.5]}}` + "\n",
		},
		want: wantProject,
	},
	"UpdateProject": {
		reason: "Backend transfer is set by an update.",
		call: func(ctx context.Context, c *Client, id string) (any, error) {
			return c.UpdateProject(ctx, id, UpdateProject{
				Name: ptr.To("demo"), PaymentMethodID: ptr.To(paymentID), BackendTransfer: ptr.To(false), Tags: &[]string{"a"}, CustomData: &testJSON,
			})
		},
		id:     projectID,
		sends:  []string{testData},
		answer: answering(200, projectAnswer),
		wire: seen{
			Method: "PATCH", URI: "/metal/v1/projects/" + projectID,
			Body: `{"name":"demo","payment_method_id":"` + paymentID + `","backend_transfer_enabled":false,"tags":["a"],"customdata":{"pw":"` + testData + `"}}` + "\n",
		},
		want: wantProject,
	},
	"DeleteProject": {
		reason: "A deletion has no answer.",
		call:   func(ctx context.Context, c *Client, id string) (any, error) { return discard(c.DeleteProject(ctx, id)) },
		id:     projectID,
		answer: answering(204, ""),
		wire:   seen{Method: "DELETE", URI: "/metal/v1/projects/" + projectID},
	},
}

// A body is a request whose body depends on its arguments.
type body struct {
	reason string
	call   func(ctx context.Context, c *Client) error
	answer string
	want   string
}

func testBodies(t *testing.T, cases map[string]body) {
	t.Helper()
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			a := startAPI(t, answering(http.StatusOK, tc.answer))
			if err := tc.call(t.Context(), newTestClient(t, a.URL, testOptions())); err != nil {
				t.Fatalf("%s\nerror: %v", tc.reason, err)
			}
			var got []string
			for _, r := range a.requests() {
				got = append(got, strings.TrimSpace(r.Body))
			}
			if diff := cmp.Diff([]string{tc.want}, got); diff != "" {
				t.Errorf("%s\nbodies: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestProjectBodies(t *testing.T) {
	update := func(p UpdateProject) func(context.Context, *Client) error {
		return func(ctx context.Context, c *Client) error {
			_, err := c.UpdateProject(ctx, projectID, p)
			return err
		}
	}
	testBodies(t, map[string]body{
		"CreateLeast": {
			"What is not said should be left to the API.",
			func(ctx context.Context, c *Client) error {
				_, err := c.CreateProject(ctx, CreateProject{Name: "demo", CustomData: CustomData{}})
				return err
			},
			projectAnswer, `{"name":"demo"}`,
		},
		"UpdateNothing": {"Nil should change nothing.", update(UpdateProject{}), projectAnswer, `{}`},
		"UpdateEmpty": {
			"A pointer to nothing should empty a field: null would not.",
			update(UpdateProject{Name: ptr.To(""), Tags: new([]string), CustomData: new(CustomData)}),
			projectAnswer, `{"name":"","tags":[],"customdata":{}}`,
		},
		"UpdateEmptyNotNil": {
			"So should a pointer to something empty.",
			update(UpdateProject{Tags: &[]string{}, CustomData: &CustomData{}}),
			projectAnswer, `{"tags":[],"customdata":{}}`,
		},
	})
}
