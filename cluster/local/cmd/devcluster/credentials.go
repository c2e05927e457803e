// SPDX-License-Identifier: Apache-2.0

package main

import (
	"crypto/rand"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/client-go/util/keyutil"
)

// The files of credentials, relative to the data folder. Those that are there
// are kept, so a kubeconfig outlives a restart on the same port.
const (
	tokenFile  = "tokens.csv"
	signingKey = "service-accounts.key"
)

// The users that devcluster itself knows. Everybody else is a ServiceAccount.
const (
	adminUser      = "devcluster-admin"
	controllerUser = "system:kube-controller-manager"
)

// ensureCredentials writes the files of credentials that are missing and
// returns the token of each of devcluster's users.
func ensureCredentials() (map[string]string, error) {
	if _, _, err := keyutil.LoadOrGenerateKeyFile(signingKey); err != nil {
		return nil, fmt.Errorf("cannot make the key that signs service account tokens: %w", err)
	}
	f, err := os.Open(tokenFile)
	if errors.Is(err, fs.ErrNotExist) {
		return writeTokens()
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the tokens: %w", err)
	}
	defer f.Close() //nolint:errcheck // Opened for reading.
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("cannot read the tokens: %w", err)
	}
	tokens := make(map[string]string, len(records))
	for _, r := range records {
		tokens[r[1]] = r[0]
	}
	return tokens, nil
}

// writeTokens makes a token for each user and writes them in the format of the
// API server's --token-auth-file: token, name, uid, groups.
func writeTokens() (map[string]string, error) {
	f, err := os.OpenFile(tokenFile, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot write the tokens: %w", err)
	}
	defer f.Close() //nolint:errcheck // Closed below where it matters.

	tokens := map[string]string{}
	w := csv.NewWriter(f)
	for _, user := range []string{adminUser, controllerUser} {
		tokens[user] = rand.Text()
		if err := w.Write([]string{tokens[user], user, user, "system:masters"}); err != nil {
			return nil, fmt.Errorf("cannot write the tokens: %w", err)
		}
	}
	w.Flush()
	if err := errors.Join(w.Error(), f.Close()); err != nil {
		return nil, fmt.Errorf("cannot write the tokens: %w", err)
	}
	return tokens, nil
}

// writeKubeconfig writes what cfg connects to and as whom, in one step: whoever
// finds the file finds it whole.
func writeKubeconfig(path string, cfg *rest.Config) error {
	const name = "devcluster"
	kc := clientcmdapi.NewConfig()
	kc.Clusters[name] = &clientcmdapi.Cluster{Server: cfg.Host, CertificateAuthorityData: cfg.CAData}
	kc.AuthInfos[name] = &clientcmdapi.AuthInfo{Token: cfg.BearerToken}
	kc.Contexts[name] = &clientcmdapi.Context{Cluster: name, AuthInfo: name}
	kc.CurrentContext = name

	content, err := clientcmd.Write(*kc)
	if err != nil {
		return fmt.Errorf("cannot encode the kubeconfig: %w", err)
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("cannot create the kubeconfig's folder: %w", err)
	}
	tmp, err := os.CreateTemp(dir, ".kubeconfig-*")
	if err != nil {
		return fmt.Errorf("cannot write the kubeconfig: %w", err)
	}
	defer os.Remove(tmp.Name()) //nolint:errcheck // Gone already once it is renamed.
	_, err = tmp.Write(content)
	if err := errors.Join(err, tmp.Close()); err != nil {
		return fmt.Errorf("cannot write the kubeconfig: %w", err)
	}
	if err := os.Rename(tmp.Name(), path); err != nil { //nolint:gosec // Named by the user.
		return fmt.Errorf("cannot write the kubeconfig: %w", err)
	}
	return nil
}
