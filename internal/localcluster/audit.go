// SPDX-License-Identifier: Apache-2.0

package localcluster

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"
)

// A Request is one that the API server has answered, without its content.
type Request struct {
	// Time is when the request arrived.
	Time time.Time
	// User is who made it: for a ServiceAccount what ServiceAccountUser says.
	User string
	// Verb is get, list, watch, create, update, patch, delete or deletecollection.
	Verb string
	// Group, Resource and Subresource are what it was about, for instance
	// packet.crossplane.io, bgpsessions and status.
	Group, Resource, Subresource string
	// Namespace and Name are the object's, as far as the request has them.
	Namespace, Name string
	// Code is the status code of the answer.
	Code int
}

// auditEvent is what is read of an Event of audit.k8s.io/v1.
type auditEvent struct {
	Stage string    `json:"stage"`
	Time  time.Time `json:"requestReceivedTimestamp"`
	Verb  string    `json:"verb"`
	User  struct {
		Username string `json:"username"`
	} `json:"user"`
	Object struct {
		APIGroup    string `json:"apiGroup"`
		Resource    string `json:"resource"`
		Subresource string `json:"subresource"`
		Namespace   string `json:"namespace"`
		Name        string `json:"name"`
	} `json:"objectRef"`
	Response struct {
		Code int `json:"code"`
	} `json:"responseStatus"`
}

// Requests returns what a user has asked of the API server since its folder
// was first used, oldest answer first. A request appears here at about the
// time its answer is sent: give it a moment.
func (c *Cluster) Requests(user string) ([]Request, error) {
	f, err := os.Open(c.auditLog())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the audit log: %w", err)
	}
	defer f.Close() //nolint:errcheck // Opened for reading.
	return readAudit(f, user)
}

// Writes returns the requests by which a user has changed something, or tried
// to, in the API server. Leases and Events do not count: they are written
// however little there is to do.
func (c *Cluster) Writes(user string) ([]Request, error) {
	all, err := c.Requests(user)
	return slices.DeleteFunc(all, func(r Request) bool { return !r.isWrite() }), err
}

func (r Request) isWrite() bool {
	switch r.Verb {
	case "create", "update", "patch", "delete", "deletecollection":
	default:
		return false
	}
	switch r.Resource {
	case "leases":
		return r.Group != "coordination.k8s.io"
	case "events":
		return r.Group != "" && r.Group != "events.k8s.io"
	default:
		return true
	}
}

// readAudit returns a user's requests in an audit log. A last line that is not
// yet complete is left for the next time.
func readAudit(r io.Reader, user string) ([]Request, error) {
	var requests []Request
	for br := bufio.NewReader(r); ; {
		line, err := br.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return requests, nil
		}
		if err != nil {
			return nil, fmt.Errorf("cannot read the audit log: %w", err)
		}
		var e auditEvent
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, fmt.Errorf("cannot read the audit log: %w", err)
		}
		// A watch is logged when it begins and again when it ends.
		if e.User.Username != user || e.Stage != "ResponseComplete" && e.Stage != "Panic" {
			continue
		}
		requests = append(requests, Request{
			Time: e.Time, User: e.User.Username, Verb: e.Verb,
			Group: e.Object.APIGroup, Resource: e.Object.Resource, Subresource: e.Object.Subresource,
			Namespace: e.Object.Namespace, Name: e.Object.Name, Code: e.Response.Code,
		})
	}
}
