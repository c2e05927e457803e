// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	kerrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
)

// A source is a part of what a run leaves behind.
type source struct {
	name, path string
	// has are texts that are in it in any complete run: a search that does not
	// find them would not find a key either.
	has []string
}

// check searches everything that the run left behind for what every key of the
// run begins with, and for the password. That the search can find is shown twice: by texts that
// are known to be in each source, and by keys and password themselves, which it
// finds in the Secrets.
func (r *record) check() error {
	defer r.stop()
	everything, err := r.list()
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	errs := []error{r.err}
	for _, s := range []source{
		{"the provider's log", provider.log, []string{"DEBUG", "Cannot observe external resource", "Successfully requested creation"}},
		{"the provider's metrics", provider.scraped, []string{"packet_api_requests_total{", `route="/devices/{id}/bgp/sessions"`}},
		{"packetsim's request log", r.requests.Name(), []string{`"method":"POST"`, `"route":"/bgp/sessions/{id}"`}},
		{"the versions of all watched objects", r.objects.Name(), []string{
			`"reason":"CreatedExternalResource"`, `"atProvider":{`, `"md5Enabled":true`, `"reason":"Unauthorized"`, `"kind":"ClusterProviderConfig"`,
		}},
		{"the objects at the end", everything, []string{`"kind":"Event"`, `"kind":"ProviderConfig"`, `"kind":"Namespace"`}},
		{"the API server's log", cluster.Log(), nil},
	} {
		found, err := search(s.path, []string{keyPrefix, password})
		errs = append(errs, err)
		for _, text := range found {
			errs = append(errs, fmt.Errorf("%s has a key or password: %s", s.name, text))
		}
		if !complete() {
			continue
		}
		if found, err = search(s.path, s.has); err != nil || len(found) != len(s.has) {
			errs = append(errs, err, fmt.Errorf("the search of %s is of no use: of %q it finds %q", s.name, s.has, found))
		}
	}
	if found, err := search(r.secrets.Name(), []string{keyPrefix, password}); complete() && (err != nil || len(found) != 2) {
		errs = append(errs, err, fmt.Errorf("the search finds %q only in the Secrets", found))
	}
	return errors.Join(errs...)
}

// complete is true if all tests ran: only then everything has happened that a
// search must find.
func complete() bool {
	run := flag.Lookup("test.run")
	return run == nil || run.Value.String() == ""
}

// search returns which of the texts a file has, as they are or as a Secret has
// what begins with them.
func search(path string, texts []string) ([]string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot search %s: %w", filepath.Base(path), err)
	}
	var found []string
	for _, text := range texts {
		// What comes after whole groups of three bytes depends on what follows.
		encoded := base64.StdEncoding.EncodeToString([]byte(text[:len(text)/3*3]))
		if bytes.Contains(content, []byte(text)) || bytes.Contains(content, []byte(encoded)) {
			found = append(found, text)
		}
	}
	return found, nil
}

// list writes down everything that the API server holds, except Secrets.
func (r *record) list() (path string, err error) {
	ctx := context.Background()
	client, err := dynamic.NewForConfig(r.config)
	if err != nil {
		return "", fmt.Errorf("cannot make a client: %w", err)
	}
	known, err := discovery.NewDiscoveryClientForConfig(r.config)
	if err != nil {
		return "", fmt.Errorf("cannot make a client: %w", err)
	}
	lists, err := known.ServerPreferredResources()
	if err != nil {
		return "", fmt.Errorf("cannot tell what the API server holds: %w", err)
	}
	path = filepath.Join(filepath.Dir(r.objects.Name()), "everything.json")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return "", err
	}
	for _, l := range lists {
		for _, kind := range l.APIResources {
			gv, err := schema.ParseGroupVersion(l.GroupVersion)
			if err != nil {
				return "", err
			}
			if gv.Group == "" && kind.Name == "secrets" || !slices.Contains(kind.Verbs, "list") {
				continue
			}
			objects, err := client.Resource(gv.WithResource(kind.Name)).List(ctx, metav1.ListOptions{})
			if kerrors.IsMethodNotSupported(err) || kerrors.IsNotFound(err) {
				continue
			}
			if err != nil {
				return "", fmt.Errorf("cannot list %s: %w", kind.Name, err)
			}
			if err := json.NewEncoder(f).Encode(objects); err != nil {
				return "", err
			}
		}
	}
	return path, f.Close()
}

// TestSearch shows that the search at the end of the run finds what it must.
func TestSearch(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log")
	content := `{"message":"the key is plain-key","data":{"token":"` + base64.StdEncoding.EncodeToString([]byte("encoded-key-and-more")) + `"}}`
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	found, err := search(path, []string{"plain-key", "encoded-key", "absent-key"})
	if err != nil || !slices.Equal(found, []string{"plain-key", "encoded-key"}) {
		t.Errorf("want the keys that are there, got %q and error %v", found, err)
	}
}
