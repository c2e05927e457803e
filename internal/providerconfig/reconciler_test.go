// SPDX-License-Identifier: Apache-2.0

package providerconfig

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	kerrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/providerconfig"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	namespacedv1beta1 "github.com/crossplane-contrib/provider-packet/apis/namespaced/v1beta1"
)

func usage(namespace, name, kind string, owned bool) client.Object {
	u := &namespacedv1beta1.ProviderConfigUsage{ObjectMeta: metav1.ObjectMeta{
		Namespace: namespace, Name: name,
		Labels: map[string]string{xpv1.LabelKeyProviderName: "default", xpv1.LabelKeyProviderKind: kind},
	}}
	u.SetResourceReference(xpv1.TypedReference{Kind: "BgpSession", Name: name})
	if owned {
		u.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: "Owner", Name: name, UID: "o", Controller: ptr.To(true)}}
	}
	return u
}

func TestReconcile(t *testing.T) {
	config := func(finalizers []string, users int64) *namespacedv1beta1.ProviderConfig {
		pc := &namespacedv1beta1.ProviderConfig{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "default", Finalizers: finalizers}}
		pc.SetUsers(users)
		return pc
	}
	deleting := func(pc *namespacedv1beta1.ProviderConfig) *namespacedv1beta1.ProviderConfig {
		pc.DeletionTimestamp = ptr.To(metav1.Now())
		return pc
	}
	ours := []string{Finalizer}
	var sessions []User
	for _, name := range []string{"d", "b", "c", "a"} {
		sessions = append(sessions, User{Kind: "BgpSession", Namespace: "team", Name: name})
	}
	cases := map[string]struct {
		reason     string
		pc         *namespacedv1beta1.ProviderConfig
		usages     []client.Object
		dependents []User
		listErr    error
		countErr   error
		deleteErr  error
		wantErr    bool
		gone       bool
		users      int64
		finalizers []string
		blocked    bool
		message    string
		// writes by the first reconciliation; a second one never writes.
		writes []string
	}{
		"New":        {reason: "a new configuration gets the finalizer", pc: config(nil, 0), finalizers: ours, writes: []string{"patch"}},
		"Counted":    {reason: "users of the own namespace and kind are counted", pc: config(nil, 0), usages: []client.Object{usage("team", "a", "ProviderConfig", true), usage("team", "b", "ClusterProviderConfig", true), usage("other", "c", "ProviderConfig", true)}, users: 1, finalizers: ours, writes: []string{"patch", "status"}},
		"Same":       {reason: "nothing is written where nothing changed", pc: config(ours, 1), usages: []client.Object{usage("team", "a", "ProviderConfig", true)}, users: 1, finalizers: ours},
		"Left":       {reason: "a user that left is no longer counted", pc: config(ours, 2), finalizers: ours, writes: []string{"status"}},
		"Orphaned":   {reason: "a usage without an owner is removed", pc: config(ours, 0), usages: []client.Object{usage("team", "a", "ProviderConfig", false)}, finalizers: ours, writes: []string{"delete"}},
		"Blocked":    {reason: "a configuration in use is not let go", pc: deleting(config(ours, 1)), usages: []client.Object{usage("team", "a", "ProviderConfig", true)}, users: 1, finalizers: ours, blocked: true, message: "used by 1 resource: BgpSession team/a; the configuration goes with the last of them", writes: []string{"status"}},
		"Released":   {reason: "a configuration without users is let go", pc: deleting(config(ours, 0)), gone: true, writes: []string{"patch"}},
		"Dependents": {reason: "resources that refer to a configuration keep it, although their usages went with their namespace", pc: deleting(config(ours, 0)), dependents: sessions, users: 4, finalizers: ours, blocked: true, message: "used by 4 resources: BgpSession team/a, BgpSession team/b, BgpSession team/c and 1 more; the configuration goes with the last of them", writes: []string{"status"}},
		"Overlap":    {reason: "who has recorded the use is not counted twice", pc: deleting(config(ours, 0)), usages: []client.Object{usage("team", "e", "ProviderConfig", true), usage("team", "a", "ProviderConfig", true)}, dependents: []User{sessions[1], sessions[3]}, users: 3, finalizers: ours, blocked: true, message: "used by 3 resources: BgpSession team/a, BgpSession team/b, BgpSession team/e; the configuration goes with the last of them", writes: []string{"status"}},
		"Unknown":    {reason: "while it is not known who refers to it, a configuration is not let go", pc: deleting(config(ours, 0)), countErr: errBoom, wantErr: true, finalizers: ours},
		"Unrecorded": {reason: "resources that have recorded nothing yet are no users while all is well", pc: config(ours, 0), dependents: sessions, finalizers: ours},
		"Stale":      {reason: "a stale usage does not keep a configuration", pc: deleting(config(ours, 1)), usages: []client.Object{usage("team", "a", "ProviderConfig", false)}, gone: true, writes: []string{"delete", "patch"}},
		"Kept":       {reason: "a stale usage that may not be deleted does not keep a configuration either", pc: deleting(config(ours, 1)), usages: []client.Object{usage("team", "a", "ProviderConfig", false)}, deleteErr: kerrors.NewForbidden(schema.GroupResource{}, "a", errBoom), gone: true, writes: []string{"delete", "patch"}},
		"CannotTidy": {reason: "another error of deleting a stale usage is an error", pc: config(ours, 0), usages: []client.Object{usage("team", "a", "ProviderConfig", false)}, deleteErr: errBoom, wantErr: true, finalizers: ours, writes: []string{"delete", "delete"}},
		"CannotList": {reason: "without knowing the users nothing is let go", pc: deleting(config(ours, 0)), listErr: errBoom, wantErr: true, finalizers: ours},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var writes []string
			c := builder(t).WithObjects(append(tc.usages, tc.pc)...).WithStatusSubresource(tc.pc).WithInterceptorFuncs(interceptor.Funcs{
				List: func(ctx context.Context, c client.WithWatch, l client.ObjectList, o ...client.ListOption) error {
					if tc.listErr != nil {
						return tc.listErr
					}
					return c.List(ctx, l, o...)
				},
				Patch: func(ctx context.Context, c client.WithWatch, obj client.Object, p client.Patch, o ...client.PatchOption) error {
					writes = append(writes, "patch")
					return c.Patch(ctx, obj, p, o...)
				},
				Delete: func(ctx context.Context, c client.WithWatch, obj client.Object, o ...client.DeleteOption) error {
					writes = append(writes, "delete")
					if tc.deleteErr != nil {
						return tc.deleteErr
					}
					return c.Delete(ctx, obj, o...)
				},
				SubResourceUpdate: func(ctx context.Context, c client.Client, sub string, obj client.Object, o ...client.SubResourceUpdateOption) error {
					writes = append(writes, sub)
					return c.SubResource(sub).Update(ctx, obj, o...)
				},
			}).Build()
			var forgotten []types.UID
			r := &Reconciler{
				Client: c, Kind: "ProviderConfig",
				Dependents: func(context.Context, client.Object) ([]User, error) { return tc.dependents, tc.countErr },
				Gone:       func(uid types.UID) { forgotten = append(forgotten, uid) },
				NewConfig:  func() resource.ProviderConfig { return &namespacedv1beta1.ProviderConfig{} },
				NewUsages:  func() resource.ProviderConfigUsageList { return &namespacedv1beta1.ProviderConfigUsageList{} },
			}
			key := client.ObjectKeyFromObject(tc.pc)
			for range 2 {
				result, err := r.Reconcile(t.Context(), reconcile.Request{NamespacedName: key})
				if (err != nil) != tc.wantErr {
					t.Fatalf("%s: error %v, want one: %t", tc.reason, err, tc.wantErr)
				}
				if again := result.RequeueAfter > 0; again != tc.blocked {
					t.Errorf("%s: looks again by itself: %t, want %t", tc.reason, again, tc.blocked)
				}
			}
			if diff := cmp.Diff(tc.writes, writes); diff != "" {
				t.Errorf("%s: writes of two reconciliations: -want +got:\n%s", tc.reason, diff)
			}
			if told := len(forgotten) > 0; told != tc.gone {
				t.Errorf("%s: told that it is gone: %t, want %t", tc.reason, told, tc.gone)
			}
			got := &namespacedv1beta1.ProviderConfig{}
			err := c.Get(t.Context(), key, got)
			if tc.gone != kerrors.IsNotFound(err) || (!tc.gone && err != nil) {
				t.Fatalf("%s: gone is wanted: %t, got %v", tc.reason, tc.gone, err)
			}
			if got.GetUsers() != tc.users {
				t.Errorf("%s: %d users, want %d", tc.reason, got.GetUsers(), tc.users)
			}
			if diff := cmp.Diff(tc.finalizers, got.GetFinalizers()); diff != "" {
				t.Errorf("%s: finalizers: -want +got:\n%s", tc.reason, diff)
			}
			terminating := got.GetCondition(providerconfig.TypeTerminating)
			if blocked := terminating.Reason != ""; blocked != tc.blocked {
				t.Errorf("%s: says that its deletion is blocked: %t, want %t", tc.reason, blocked, tc.blocked)
			}
			if diff := cmp.Diff(tc.message, terminating.Message); diff != "" {
				t.Errorf("%s: says by whom: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}
