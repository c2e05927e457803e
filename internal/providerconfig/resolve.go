// SPDX-License-Identifier: Apache-2.0

package providerconfig

import (
	"context"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
	kerrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	clusterv1beta1 "github.com/crossplane-contrib/provider-packet/apis/cluster/v1beta1"
	namespacedv1beta1 "github.com/crossplane-contrib/provider-packet/apis/namespaced/v1beta1"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// A Connection is what a configuration describes.
type Connection struct {
	// Config has the address and the key.
	Config packet.Config
	// ProjectID is the default project, "" if there is none.
	ProjectID string
	// Reference names the configuration for a person: ClusterProviderConfig
	// default.
	Reference string
}

// A Resolver finds the connection that a managed resource's configuration
// describes.
type Resolver struct {
	// Configs reads configurations. It may be a cache.
	Configs client.Reader
	// Secrets reads Secrets. It must not be a cache: the provider holds no
	// copies of Secrets, and a rotated key counts at once.
	Secrets client.Reader
	// Usages records that a managed resource uses its configuration.
	Usages Tracker
	// Getenv and ReadFile read the environment and the files of the provider.
	Getenv   func(string) string
	ReadFile func(string) ([]byte, error)

	// last has the key of the API that was read last for each origin. It counts
	// only for a resource that is being deleted after its Secret was.
	last sync.Map
}

// Resolve records the usage of the managed resource's configuration and
// returns the connection that it describes.
func (r *Resolver) Resolve(ctx context.Context, mg resource.Managed) (Connection, error) {
	c, err := r.config(ctx, mg)
	if err != nil {
		return Connection{}, err
	}
	// In a namespace that is being deleted nothing can be recorded any more.
	if !meta.WasDeleted(mg) {
		if err := r.Usages.Track(ctx, mg); err != nil {
			return Connection{}, errors.Wrapf(err, "cannot record that %s is used", c.reference())
		}
	}
	token, err := r.lastingToken(ctx, c, mg)
	if err != nil {
		return Connection{}, errors.Wrapf(err, "cannot read the key of %s", c.reference())
	}
	return Connection{
		Config:    packet.Config{BaseURL: c.BaseURL, Token: token, CABundle: c.CABundle},
		ProjectID: ptr.Deref(c.ProjectID, ""),
		Reference: c.reference(),
	}, nil
}

// Endpoint returns the address that the managed resource's configuration has,
// in the form that a client of package packet reports.
func (r *Resolver) Endpoint(ctx context.Context, mg resource.Managed) (string, error) {
	c, err := r.config(ctx, mg)
	if err != nil {
		return "", err
	}
	return packet.Config{BaseURL: c.BaseURL}.Endpoint()
}

// config reads the configuration that a managed resource of either scope
// refers to.
func (r *Resolver) config(ctx context.Context, mg resource.Managed) (config, error) {
	kind, name, err := ReferenceOf(mg)
	if err != nil {
		return config{}, err
	}
	at := types.NamespacedName{Name: name}
	var obj client.Object
	switch _, modern := mg.(resource.ModernManaged); {
	case !modern && kind == kindProviderConfig:
		obj = &clusterv1beta1.ProviderConfig{}
	case modern && kind == kindProviderConfig:
		obj, at.Namespace = &namespacedv1beta1.ProviderConfig{}, mg.GetNamespace()
	case modern && kind == kindClusterProviderConfig:
		obj = &namespacedv1beta1.ClusterProviderConfig{}
	default:
		return config{}, errors.Errorf("spec.providerConfigRef.kind %q is unknown; use ProviderConfig or ClusterProviderConfig", kind)
	}
	err = r.Configs.Get(ctx, at, obj)
	if kerrors.IsNotFound(err) {
		where := ""
		if at.Namespace != "" {
			where = " in namespace " + at.Namespace
		}
		return config{}, errors.Errorf("there is no %s %s%s; create it, or correct spec.providerConfigRef", kind, name, where)
	}
	if err != nil {
		return config{}, errors.Wrapf(err, "cannot read %s %s", kind, name)
	}
	c, _ := configOf(obj)
	return c, nil
}

// lastingToken reads the key of the API. For a resource that is being deleted,
// a key whose Secret is gone is the last one that was read: with a namespace,
// or a folder of manifests, Secrets are deleted at once, and what was made with
// them would stay behind for ever.
func (r *Resolver) lastingToken(ctx context.Context, c config, mg resource.Managed) (string, error) {
	token, err := r.token(ctx, c)
	switch {
	case err == nil:
		r.last.Store(c.origin(), token)
	case meta.WasDeleted(mg) && kerrors.IsNotFound(err):
		if last, ok := r.last.Load(c.origin()); ok {
			token, _ = last.(string)
			return token, nil
		}
	}
	return token, err
}

// Forget drops what is remembered of a configuration that is gone.
func (r *Resolver) Forget(config types.UID) {
	r.last.Range(func(key, _ any) bool {
		if o, ok := key.(origin); ok && o.config == config {
			r.last.Delete(key)
		}
		return true
	})
}

// An origin is all that a key was read for and from. Who changes where a
// configuration leads, or where it reads from, must show the key anew: it
// would be sent elsewhere.
type origin struct {
	config           types.UID
	baseURL, bundle  string
	secret           types.NamespacedName
	keyOfTheSecret   string
	credentialSource xpv1.CredentialsSource
}

func (c config) origin() origin {
	o := origin{config: c.uid, baseURL: c.BaseURL, bundle: string(c.CABundle), credentialSource: c.Credentials.Source}
	if c.Credentials.SecretRef != nil {
		o.secret, o.keyOfTheSecret = c.secret(), c.Credentials.SecretRef.Key
	}
	return o
}

// token reads the key of the API. What it returns is not empty.
func (r *Resolver) token(ctx context.Context, c config) (string, error) {
	if c.namespace != "" && c.Credentials.Source != xpv1.CredentialsSourceSecret {
		return "", errors.Errorf("source %s is not allowed in a namespaced ProviderConfig; use Secret, or a ClusterProviderConfig", c.Credentials.Source)
	}
	var raw []byte
	var from string
	var err error
	switch cr := c.Credentials; {
	case cr.Source == xpv1.CredentialsSourceSecret && cr.SecretRef != nil:
		raw, from, err = r.secret(ctx, c)
	case cr.Source == xpv1.CredentialsSourceEnvironment && cr.Env != nil:
		from = "environment variable " + cr.Env.Name
		raw = []byte(r.Getenv(cr.Env.Name))
	case cr.Source == xpv1.CredentialsSourceFilesystem && cr.Fs != nil:
		from = "file " + cr.Fs.Path
		raw, err = r.ReadFile(cr.Fs.Path)
	default:
		return "", errors.Errorf("spec.credentials does not say where: source %s needs its reference", cr.Source)
	}
	if err != nil {
		return "", errors.Wrapf(err, "cannot read %s", from)
	}
	token := strings.TrimSpace(string(raw))
	if token == "" {
		return "", errors.Errorf("%s is empty or not there; put the API key into it", from)
	}
	return token, nil
}

func (r *Resolver) secret(ctx context.Context, c config) (raw []byte, from string, err error) {
	name, ref := c.secret(), c.Credentials.SecretRef
	from = "key " + ref.Key + " of Secret " + name.String()
	if name.Namespace == "" {
		return nil, from, errors.New("spec.credentials.secretRef.namespace is not set")
	}
	s := &corev1.Secret{}
	if err := r.Secrets.Get(ctx, name, s); err != nil {
		return nil, from, err
	}
	return s.Data[ref.Key], from, nil
}
