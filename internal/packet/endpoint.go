// SPDX-License-Identifier: Apache-2.0

package packet

// Endpoint returns the base URL in the form that [Client.Endpoint] reports it,
// without making a connection. It fails with ClassInvalid.
func (c Config) Endpoint() (string, error) {
	u, err := parseBaseURL(c.BaseURL)
	if err != nil {
		return "", &Error{Class: ClassInvalid, Message: err.Error()}
	}
	return u.String(), nil
}
