// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"cmp"
	"net/http"
	"net/netip"
	"regexp"
	"strings"
	"time"
)

// Statuses of a project's BGP configuration.
const (
	BGPRequested = "requested"
	BGPEnabled   = "enabled"
	BGPDisabled  = "disabled"
)

// defaultMaxPrefix is the max_prefix of a new configuration.
const defaultMaxPrefix = 10

// A BGPConfig is what a project's devices say in their BGP sessions.
type BGPConfig struct {
	ID        string `json:"id"`
	ProjectID string `json:"project_id"`
	// Status is requested, enabled or disabled.
	Status string `json:"status"`
	// DeploymentType is local or global.
	DeploymentType string `json:"deployment_type"`
	// ASN is the devices' autonomous system number; 65000 for local.
	ASN int64 `json:"asn"`
	// MD5 is the password of the sessions; empty for none.
	MD5     string `json:"md5,omitempty"`
	UseCase string `json:"use_case,omitempty"`
	// MaxPrefix is how many prefixes a device may announce in a session: 10,
	// unless the operator raised it.
	MaxPrefix int `json:"max_prefix"`
	// Ranges are the prefixes that the operator assigned to a global
	// configuration.
	Ranges      []string  `json:"ranges,omitempty"`
	CreatedAt   time.Time `json:"created_at"`
	RequestedAt time.Time `json:"requested_at"`
	Steps       []Step    `json:"steps,omitempty"`
}

func (b BGPConfig) recordID() string    { return b.ProjectID }
func (b BGPConfig) indexKeys() []string { return nil }

type bgpConfigView struct {
	ID             string      `json:"id"`
	Status         string      `json:"status"`
	DeploymentType string      `json:"deployment_type"`
	ASN            int64       `json:"asn"`
	MD5            *string     `json:"md5"`
	RouteObject    *string     `json:"route_object"`
	MaxPrefix      int         `json:"max_prefix"`
	CreatedAt      stamp       `json:"created_at"`
	RequestedAt    stamp       `json:"requested_at"`
	Project        link        `json:"project"`
	Sessions       []link      `json:"sessions"`
	Ranges         []rangeView `json:"ranges"`
	Href           string      `json:"href"`
}

// bgpConfigRequest is the body that sets a project's configuration.
type bgpConfigRequest struct {
	DeploymentType string      `json:"deployment_type"`
	ASN            looseNumber `json:"asn"`
	MD5            *string     `json:"md5"`
	UseCase        string      `json:"use_case"`
}

func bgpConfigRoutes() []route {
	return []route{
		// Plural to set, singular to get: that is how the API has it.
		{http.MethodPost, "/projects/{id}/bgp-configs", (*call).setBGPConfig},
		{http.MethodGet, "/projects/{id}/bgp-config", (*call).getBGPConfig},
		{http.MethodGet, "/projects/{id}/global-bgp-ranges", (*call).listGlobalRanges},
	}
}

func (c *call) getBGPConfig() (answer, error) {
	p, err := c.project(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	cfg, found := c.st.configs.get(p.ID)
	if !found {
		return ok(struct{}{})
	}
	return ok(cfg.render(c.view))
}

// setBGPConfig replaces the whole configuration: a password that is left out is
// gone, https://github.com/equinix/cloud-provider-equinix-metal/issues/69.
func (c *call) setBGPConfig() (answer, error) {
	p, err := c.project(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	var req bgpConfigRequest
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	if err := req.validate(); err != nil {
		return answer{}, err
	}
	cfg := BGPConfig{DeploymentType: req.DeploymentType, ASN: int64(req.ASN), UseCase: req.UseCase}
	if req.MD5 != nil {
		cfg.MD5 = *req.MD5
	}
	c.st.setConfig(p.ID, cfg, c.now)
	return noContent()
}

// setConfig stores a configuration that was asked for at now.
func (st *state) setConfig(projectID string, cfg BGPConfig, now time.Time) BGPConfig {
	old, found := st.configs.get(projectID)
	if !found {
		old = BGPConfig{ID: newID(), CreatedAt: now, MaxPrefix: defaultMaxPrefix}
	}
	cfg.ID, cfg.CreatedAt, cfg.RequestedAt, cfg.ProjectID = old.ID, old.CreatedAt, now, projectID
	cfg.MaxPrefix, cfg.Ranges, cfg.Steps = cmp.Or(cfg.MaxPrefix, old.MaxPrefix), nil, nil
	if cfg.DeploymentType == "global" {
		cfg.Ranges = old.Ranges
	}
	cfg.Status = BGPEnabled
	if cfg.DeploymentType == "global" && (old.DeploymentType != "global" || old.Status != BGPEnabled || old.ASN != cfg.ASN) {
		cfg.Status = BGPRequested
		cfg.Steps = (&plan{at: now}).then(st.timings.Approval, BGPEnabled).steps
	}
	st.configs.put(cfg)
	st.alarms.arm(st.configs.name, projectID, cfg.Steps)
	return cfg
}

// stepConfig lets what is due happen to a configuration.
func (st *state) stepConfig(projectID string, now time.Time) {
	cfg, found := st.configs.get(projectID)
	n := due(cfg.Steps, now)
	if !found || n == 0 {
		return
	}
	cfg.Status, cfg.Steps = cfg.Steps[n-1].To, cfg.Steps[n:]
	st.configs.put(cfg)
}

// bgpEnabled tells whether sessions may be made in a project.
func (st *state) bgpEnabled(projectID string) bool {
	cfg, found := st.configs.get(projectID)
	return found && cfg.Status == BGPEnabled
}

var md5Pattern = regexp.MustCompile(`^[a-zA-Z0-9]{10,20}$`)

func (r bgpConfigRequest) validate() error {
	var texts []string
	switch r.DeploymentType {
	case "local", "global":
	case "":
		texts = append(texts, "Deployment type can't be blank")
	default:
		texts = append(texts, "Deployment type is not included in the list")
	}
	if n := r.ASN; n == 0 {
		texts = append(texts, "Asn can't be blank")
	} else if n < 1 || n > 1<<32-1 || n != looseNumber(int64(n)) {
		texts = append(texts, "Asn is invalid")
	}
	if r.MD5 != nil && *r.MD5 != "" && !validMD5(*r.MD5) {
		texts = append(texts, "Md5 is invalid")
	}
	if len(texts) > 0 {
		return errInvalid(texts...)
	}
	return nil
}

// validMD5 tells whether a password has 10 to 20 letters and digits, with at
// least one lower-case letter, one upper-case letter and one digit.
func validMD5(s string) bool {
	return md5Pattern.MatchString(s) &&
		strings.ContainsAny(s, "abcdefghijklmnopqrstuvwxyz") &&
		strings.ContainsAny(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") &&
		strings.ContainsAny(s, "0123456789")
}

// rangeView is a prefix of a global configuration. It has no endpoint.
type rangeView struct {
	ID            string `json:"id"`
	AddressFamily int    `json:"address_family"`
	Range         string `json:"range"`
	Project       link   `json:"project"`
	Href          string `json:"href"`
}

func (b BGPConfig) ranges(v view) []rangeView {
	out := []rangeView{}
	for _, text := range b.Ranges {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			continue
		}
		id := fixedID(b.ID + "/ranges/" + text)
		out = append(out, rangeView{ID: id, AddressFamily: family(p.Addr()), Range: p.String(), Project: v.projectLink("project", b.ProjectID), Href: "#" + id})
	}
	return out
}

func (c *call) listGlobalRanges() (answer, error) {
	p, err := c.project(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	cfg, _ := c.st.configs.get(p.ID)
	return ok(struct {
		Ranges []rangeView `json:"global_bgp_ranges"`
	}{cfg.ranges(c.view)})
}

func (b BGPConfig) render(v view) bgpConfigView {
	out := bgpConfigView{
		ID: b.ID, Status: b.Status, DeploymentType: b.DeploymentType, ASN: b.ASN, MD5: orNull(b.MD5), MaxPrefix: b.MaxPrefix,
		CreatedAt: stamp(b.CreatedAt), RequestedAt: stamp(b.RequestedAt), Project: v.projectLink("project", b.ProjectID),
		Sessions: []link{}, Ranges: b.ranges(v), Href: v.href("/bgp-configs/" + b.ID),
	}
	// Without the include the list is empty even if there are sessions:
	// https://github.com/packethost/packngo/issues/123.
	if _, included := v.inc["sessions"]; included {
		out.Sessions = links(v, "sessions", "/bgp/sessions/", v.st.sessions.list("project/"+b.ProjectID), func(v view, s BGPSession) any { return s.render(v) })
	}
	return out
}
