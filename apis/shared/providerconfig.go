// SPDX-License-Identifier: Apache-2.0

// Package shared holds what the configuration kinds of both scopes have in
// common: one spec for all three of them.
//
// +kubebuilder:object:generate=true
package shared //nolint:revive // It is what the two scopes share.

import (
	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
)

// A ProviderConfigSpec says how to reach a Packet API.
type ProviderConfigSpec struct {
	// BaseURL of the Packet API, with its version prefix: for example
	// https://api.example.net/metal/v1. The public Packet API ended on
	// 2026-06-30, so there is no default.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2048
	// +kubebuilder:validation:XValidation:rule="isURL(self) && (url(self).getScheme() == 'https' || url(self).getScheme() == 'http') && url(self).getHost() != ''",message="baseUrl must be an http or https URL with a host, such as https://api.example.net/metal/v1"
	// +kubebuilder:validation:XValidation:rule="!self.contains('?') && !self.contains('#') && !self.contains('@')",message="baseUrl must have no query, fragment or user information: keys belong into spec.credentials"
	BaseURL string `json:"baseUrl"`

	// Credentials say where the API key is. A user's key may do everything
	// that the user may; a project's key reaches that project only.
	Credentials ProviderCredentials `json:"credentials"`

	// ProjectID is the project that resources use which need one and name
	// none.
	// +optional
	// +kubebuilder:validation:XValidation:rule="self.matches('^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$')",message="projectId must be a UUID, such as 4b0a2f3e-7c1d-4e59-9c43-1f2a3b4c5d6e"
	ProjectID *string `json:"projectId,omitempty"`

	// CABundle holds the certificates, in PEM form, of the authorities that
	// the endpoint's certificate is checked against instead of the system's.
	// +optional
	// +kubebuilder:validation:MaxLength=65536
	CABundle []byte `json:"caBundle,omitempty"`
}

// ProviderCredentials say where the API key is.
//
// +kubebuilder:validation:XValidation:rule="self.source != 'Secret' || has(self.secretRef)",message="spec.credentials.secretRef is required with source Secret: name the Secret and the key in it"
// +kubebuilder:validation:XValidation:rule="self.source != 'Environment' || has(self.env)",message="spec.credentials.env is required with source Environment: name the variable"
// +kubebuilder:validation:XValidation:rule="self.source != 'Filesystem' || has(self.fs)",message="spec.credentials.fs is required with source Filesystem: name the path"
type ProviderCredentials struct {
	// Source of the key: Secret, or the environment or the file system of the
	// provider's pod.
	// +kubebuilder:validation:Enum=Secret;Environment;Filesystem
	Source xpv1.CredentialsSource `json:"source"`

	// SecretRef names the Secret and the key in it whose value is the API key.
	// +optional
	SecretRef *SecretKeySelector `json:"secretRef,omitempty"`

	// Env names an environment variable of the provider's pod.
	// +optional
	Env *xpv1.EnvSelector `json:"env,omitempty"`

	// Fs names a file of the provider's pod.
	// +optional
	Fs *xpv1.FsSelector `json:"fs,omitempty"`
}

// A SecretKeySelector names a key of a Secret.
type SecretKeySelector struct {
	// Name of the Secret.
	// +kubebuilder:validation:MinLength=1
	Name string `json:"name"`

	// Namespace of the Secret. Left out in a namespaced ProviderConfig, which
	// reads from its own namespace only.
	// +optional
	// +kubebuilder:validation:MinLength=1
	Namespace *string `json:"namespace,omitempty"`

	// Key in the Secret whose value is the API key.
	// +kubebuilder:validation:MinLength=1
	Key string `json:"key"`
}

// A ProviderConfigStatus is the observed state of a configuration.
type ProviderConfigStatus struct {
	xpv1.ProviderConfigStatus `json:",inline"`
}
