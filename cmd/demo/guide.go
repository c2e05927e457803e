// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"text/template"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// guide says how to use what runs.
const guide = `Ready after {{.Elapsed}}. In another terminal:

  export KUBECONFIG={{.Kubeconfig}}
  {{.Kubectl}} get managed -A -o wide
{{with .Session}}
  # change defaultRoute: the session is updated in place
  {{$.Kubectl}} edit {{.}}
  # no such family: refused by the API server
  {{$.Kubectl}} patch {{.}} --type=merge -p '{"spec":{"forProvider":{"addressFamily":"ipv5"}}}'
  # gone here and there
  {{$.Kubectl}} delete {{.}}
{{end}}
  # what a user of the composed API sees, and what is below
  {{.Kubectl}} get {{.Claims}} -A -o wide
  {{.Kubectl}} get managed -l crossplane.io/claim-name

  # what reaches the Packet API
  tail -f {{.Requests}}
  curl -H 'X-Auth-Token: {{.Token}}' {{.Endpoint}}projects/{{.Project}}/bgp/sessions

The provider's log is {{.ProviderLog}}.
Ctrl-C stops everything and removes {{.Dir}}.
`

// host says what to try, and waits for the user to end it.
func (d *demo) host(ctx context.Context) error {
	if err := d.explain(); err != nil {
		return err
	}
	ticker := time.NewTicker(period)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			d.printf("\nStopping.\n")
			return nil
		case <-ticker.C:
			if err := d.running(); err != nil {
				return err
			}
		}
	}
}

// show prints the managed resources as kubectl does.
func (d *demo) show(ctx context.Context) error { return d.get(ctx, "managed", "-A") }

// get prints a command as one would type it, and what kubectl says to it.
func (d *demo) get(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, d.kubectl, append([]string{"get", "--cache-dir", d.path("kubectl")}, args...)...) //nolint:gosec // Found by us.
	cmd.Env = append(os.Environ(), "KUBECONFIG="+d.cluster.Kubeconfig())
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("cannot show %s: %w\n%s", args[0], err, out)
	}
	d.printf("\n$ kubectl get %s\n%s\n", strings.Join(args, " "), out)
	return nil
}

func (d *demo) explain() error {
	session := ""
	if all := d.sessions(); len(all) > 0 {
		session = argument(all[0])
	}
	text, err := template.New("guide").Parse(guide)
	if err != nil {
		return fmt.Errorf("cannot read the guide: %w", err)
	}
	err = text.Execute(d.out, map[string]any{
		"Elapsed": time.Since(d.began).Round(100 * time.Millisecond), "Kubeconfig": d.cluster.Kubeconfig(), "Kubectl": d.kubectlName(),
		"Session": session, "Claims": claimKind, "Requests": d.requestLog(), "Token": packetsim.DefaultToken, "Endpoint": d.endpoint,
		"Project": packetsim.DemoProject, "ProviderLog": d.provider.Log(), "Dir": d.dir,
	})
	if err != nil {
		return fmt.Errorf("cannot print the guide: %w", err)
	}
	return nil
}

// kubectlName is how the user calls kubectl: by name if the shell finds it.
func (d *demo) kubectlName() string {
	if found, err := exec.LookPath("kubectl"); err == nil && found == d.kubectl {
		return "kubectl"
	}
	return d.kubectl
}

// argument is how one names an object to kubectl. Both scopes have kinds of the
// same name, so the group belongs to it.
func argument(obj *unstructured.Unstructured) string {
	arg := fmt.Sprintf("%s.%s/%s", strings.ToLower(obj.GetKind()), obj.GroupVersionKind().Group, obj.GetName())
	if obj.GetNamespace() != "" {
		arg += " -n " + obj.GetNamespace()
	}
	return arg
}
