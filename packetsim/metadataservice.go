// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// MetadataService returns the service that devices ask about themselves:
// /metadata, /userdata, the paths below /2009-04-04/meta-data/ that Amazon's
// service has too, and what /metadata names for phoning home and for a state of
// the user's own. It needs no token. It knows a device by the address that a
// request comes from or, where a test's requests all come from one, by the first
// address in the header X-Forwarded-For.
func (s *Server) MetadataService() http.Handler {
	mux := http.NewServeMux()
	handle := func(pattern string, f func(m metadataCall) (answer, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.serveMetadata(w, r, f) })
	}
	handle("GET /metadata", metadataCall.document)
	handle("GET /userdata", metadataCall.userData)
	handle("GET /2009-04-04/user-data", metadataCall.userData)
	handle("GET /2009-04-04/meta-data", metadataCall.plain)
	handle("GET /2009-04-04/meta-data/{key...}", metadataCall.plain)
	handle("POST /phone-home", metadataCall.phoneHome)
	handle("POST /events", metadataCall.userState)
	handle("/", func(metadataCall) (answer, error) { return answer{}, errNotFound() })
	return mux
}

// A metadataCall is a request of a device to the metadata service.
type metadataCall struct {
	*http.Request

	body   []byte
	device Device
	st     *state
	view   view
	now    time.Time
}

// A plainText is an answer that is not JSON.
type plainText string

func (s *Server) serveMetadata(w http.ResponseWriter, r *http.Request, f func(metadataCall) (answer, error)) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var a answer
	if err == nil {
		err = s.change(func(st *state, now time.Time) error {
			d, found := st.deviceAt(source(r))
			if !found {
				return errNotFound()
			}
			a, err = f(metadataCall{Request: r, body: body, device: d, st: st, view: view{st: st, base: s.hrefBase, now: now}, now: now})
			return err
		})
	}
	if err != nil {
		a = errorOf(err)
	}
	if text, plain := a.object.(plainText); plain {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(a.status)
		_, _ = io.WriteString(w, string(text))
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(a.status)
	if a.object != nil {
		_ = json.NewEncoder(w).Encode(a.object) //nolint:errchkjson // A device that went away is no concern of the server.
	}
}

// source returns the address that a request comes from.
func source(r *http.Request) netip.Addr {
	first, _, _ := strings.Cut(r.Header.Get("X-Forwarded-For"), ",")
	if a, err := netip.ParseAddr(strings.TrimSpace(first)); err == nil {
		return a
	}
	from, _ := netip.ParseAddrPort(r.RemoteAddr)
	return from.Addr().Unmap()
}

// deviceAt returns the device with an address.
func (st *state) deviceAt(a netip.Addr) (Device, bool) {
	for _, have := range st.addresses.list("address/" + a.String()) {
		if d, found := st.devices.get(have.DeviceID); found && !d.Hidden {
			return d, true
		}
	}
	return Device{}, false
}

func (m metadataCall) document() (answer, error) {
	out := m.device.metadata(m.view)
	out.APIURL = "http://" + m.Host
	out.PhoneHomeURL, out.UserStateURL = out.APIURL+"/phone-home", out.APIURL+"/events"
	return ok(out)
}

func (m metadataCall) userData() (answer, error) { return ok(plainText(m.device.UserData)) }

// plain answers one value of the document, or the names of those there are.
func (m metadataCall) plain() (answer, error) {
	values := m.device.plainMetadata(m.st)
	key := strings.Trim(m.PathValue("key"), "/")
	if v, found := values[key]; found {
		return ok(plainText(v))
	}
	var names []string
	for name := range values {
		if rest, below := strings.CutPrefix(name, key+"/"); key != "" && below {
			names = append(names, rest)
		} else if key == "" {
			names = append(names, strings.SplitN(name, "/", 2)[0])
		}
	}
	if len(names) == 0 {
		return answer{}, errNotFound()
	}
	slices.Sort(names)
	return ok(plainText(strings.Join(slices.Compact(names), "\n")))
}

// plainMetadata returns the values that Amazon's paths give, without those that
// the device does not have.
func (d Device) plainMetadata(st *state) map[string]string {
	o, _ := findSystem(d.OperatingSystem)
	var keys []string
	for _, k := range st.keysOf(d) {
		keys = append(keys, k.Key)
	}
	values := map[string]string{
		"instance-id": d.ID, "hostname": d.Hostname, "iqn": d.iqn(), "plan": d.Plan, "facility": d.Facility,
		"tags": strings.Join(d.Tags, "\n"), "public-keys": strings.Join(keys, "\n"),
		"operating-system/slug": o.slug, "operating-system/distro": o.distro, "operating-system/version": o.version,
	}
	for _, a := range st.addresses.list("device/" + d.ID) {
		name := map[bool]string{true: "public-ipv", false: "local-ipv"}[a.Public] + fmt.Sprint(family(a.Network.Addr()))
		if a.Management && values[name] == "" {
			values[name] = a.Address
		}
	}
	return values
}

// phoneHome ends the provisioning of a device that has addresses to ask from.
func (m metadataCall) phoneHome() (answer, error) {
	d := m.device
	if d.State == DeviceProvisioning {
		late := provisioning[len(provisioning)-1].kind
		for _, to := range []string{late, DeviceActive} {
			m.st.step(&d, Step{At: m.now, To: to})
		}
		d.Steps, d.UpdatedAt = nil, m.now
		m.st.devices.put(d)
	}
	return answer{http.StatusOK, nil}, nil
}

// userState makes an event of what a device tells about itself.
func (m metadataCall) userState() (answer, error) {
	req := struct {
		State   string      `json:"state"`
		Code    looseNumber `json:"code"`
		Message string      `json:"message"`
	}{}
	if err := (&call{body: m.body}).decode(&req); err != nil {
		return answer{}, err
	}
	m.st.happened(fmt.Sprintf("user.%d", int(req.Code)), cmp.Or(req.Message, req.State), m.device.ProjectID, m.device, m.now)
	return answer{http.StatusOK, nil}, nil
}

// errorOf returns the answer for an error: this service has one text where the
// API has a list.
func errorOf(err error) answer {
	out := &apiError{status: http.StatusInternalServerError, texts: []string{textOhSnap}, single: true}
	if known := new(apiError); errors.As(err, &known) {
		out.status, out.texts = known.status, known.texts
	}
	return answer{out.status, out.body()}
}
