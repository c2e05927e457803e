// SPDX-License-Identifier: Apache-2.0

package userdata

import (
	"cmp"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// composition is where the user data is; all compositions have the same.
const composition = "../../examples/compositions/namespaced/dual-stack.yaml"

// A machine is a device whose script runs here: what it would change beside
// its configuration is written down instead.
type machine struct {
	sim     *packetsim.Sim
	project string
	device  packetsim.Device

	file, log string
	// bin is the folder of the programs that the script finds.
	bin string
	// answer, if there is one, answers in place of the metadata service.
	answer  atomic.Pointer[http.HandlerFunc]
	command func() *exec.Cmd
	// close ends the metadata service.
	close func()
}

func newMachine(t *testing.T, facility, md5 string, families []string, announce []any) *machine {
	t.Helper()
	sim := packetsim.Start(t, packetsim.Config{})
	project := sim.AddProject(packetsim.Project{Name: "test"})
	if _, err := sim.SetBGPConfig(packetsim.BGPConfig{ProjectID: project.ID, MD5: md5}); err != nil {
		t.Fatal(err)
	}
	device := packetsim.Device{ProjectID: project.ID, Hostname: "edge", Facility: facility}
	if announce != nil {
		device.CustomData = map[string]any{"announce": announce}
	}
	device = sim.AddDevice(device)
	for _, f := range families {
		sim.AddSession(packetsim.BGPSession{DeviceID: device.ID, AddressFamily: f})
	}
	address := ""
	for _, a := range sim.Snapshot(packetsim.Scope{}).Projects[0].Devices[0].Addresses {
		if !a.Public {
			address = cmp.Or(address, a.Address)
		}
	}
	dir := t.TempDir()
	etc := filepath.Join(dir, "etc") // Has nothing but the configuration.
	if err := os.Mkdir(etc, 0o700); err != nil {
		t.Fatal(err)
	}
	m := &machine{sim: sim, project: project.ID, device: device, file: filepath.Join(etc, "bird.conf"), log: filepath.Join(dir, "log")}
	service := sim.MetadataService()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f := m.answer.Load(); f != nil {
			(*f)(w, r)
			return
		}
		r.Header.Set("X-Forwarded-For", address) // As if it came from the device.
		service.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	m.close = server.Close
	script := filepath.Join(dir, "configure-bird")
	m.bin = programs(t, dir, m.log)
	write(t, script, scriptOf(t))
	// The interpreter itself: what is called so may be a script that needs others.
	python, err := exec.CommandContext(t.Context(), "python3", "-c", "import sys; print(sys.executable, end='')").Output()
	if err != nil {
		t.Fatalf("the script is in Python, which every machine with cloud-init has; install python3: %v", err)
	}
	m.command = func() *exec.Cmd {
		cmd := exec.CommandContext(t.Context(), string(python), script)
		cmd.Env = append(os.Environ(), "PATH="+m.bin, "METADATA_URL="+server.URL+"/metadata", "BIRD_CONFIG="+m.file,
			"RUNTIME_DIRECTORY="+filepath.Join(dir, "run"), "no_proxy=127.0.0.1")
		return cmd
	}
	return m
}

// programs makes programs that write down that they were called, and returns
// their folder. A bird that there is stays itself: it
// checks a configuration and changes nothing.
func programs(t *testing.T, dir, log string) string {
	t.Helper()
	bin := filepath.Join(dir, "bin")
	if err := os.Mkdir(bin, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(bin, "dpkg"), "#!/bin/sh\necho dpkg \"$@\" >>"+log+"\n")
	write(t, filepath.Join(bin, "apt-get"), "#!/bin/sh\necho apt-get \"$@\" $DEBIAN_FRONTEND >>"+log+"\n[ $1 = update ] || /bin/mv "+bin+"/bird.package "+bin+"/bird\n")
	write(t, filepath.Join(bin, "ip"), "#!/bin/sh\necho ip \"$@\" >>"+log+"\n")
	write(t, filepath.Join(bin, "systemctl"), "#!/bin/sh\necho systemctl \"$@\" >>"+log+"\n")
	write(t, filepath.Join(bin, "chown"), "#!/bin/sh\necho chown >>"+log+"\n")
	bird, err := exec.LookPath("bird")
	if err != nil {
		bird, err = exec.LookPath("/usr/sbin/bird") // Which is in root's path only.
	}
	if err != nil {
		write(t, filepath.Join(bin, "bird"), "#!/bin/sh\nexit 0\n")
		return bin
	}
	if err := os.Symlink(bird, filepath.Join(bin, "bird")); err != nil {
		t.Fatal(err)
	}
	return bin
}

// configure runs the script once.
func (m *machine) configure() (out string, err error) {
	text, err := m.command().CombinedOutput()
	return string(text), err
}

func (m *machine) config() string {
	text, err := os.ReadFile(m.file)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// ran returns the programs that were called since it was asked last.
func (m *machine) ran() []string {
	text, err := os.ReadFile(m.log)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return []string{err.Error()}
	}
	if err := os.Remove(m.log); err != nil {
		return []string{err.Error()}
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

// fails has a program say that it was called, and fail, until works is called.
func (m *machine) fails(t *testing.T, program string) (works func()) {
	t.Helper()
	path := filepath.Join(m.bin, program)
	if err := os.Rename(path, path+".kept"); err != nil {
		t.Fatal(err)
	}
	write(t, path, "#!/bin/sh\necho failed: "+program+" >>"+m.log+"\nexit 1\n")
	return func() {
		if err := os.Rename(path+".kept", path); err != nil {
			t.Fatal(err)
		}
	}
}

// announce changes what the device is told to announce.
func (m *machine) announce(t *testing.T, prefixes ...any) {
	t.Helper()
	err := m.sim.UpdateDevice(m.device.ID, func(d *packetsim.Device) { d.CustomData = map[string]any{"announce": prefixes} })
	if err != nil {
		t.Fatal(err)
	}
}

// files lists the files in the folder of the configuration.
func (m *machine) files(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(m.file))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// scriptOf returns the script out of the cloud-init document of a composition.
func scriptOf(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile(composition)
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		Spec struct {
			Pipeline []struct {
				Input struct {
					Resources []struct {
						Name string
						Base struct {
							Spec struct {
								ForProvider struct{ UserData string }
							}
						}
					}
				}
			}
		}
	}
	if err := yaml.Unmarshal(content, &c); err != nil {
		t.Fatal(err)
	}
	for _, r := range c.Spec.Pipeline[0].Input.Resources {
		if r.Name != "device" {
			continue
		}
		text := r.Base.Spec.ForProvider.UserData
		if !strings.HasPrefix(text, "#cloud-config\n") {
			t.Fatal("cloud-init takes the user data for something else: it does not begin with #cloud-config")
		}
		var doc struct {
			//nolint:tagliatelle // As cloud-init has it.
			WriteFiles []struct{ Path, Content string } `json:"write_files"`
		}
		if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
			t.Fatalf("the user data is no cloud-init document: %v", err)
		}
		for _, f := range doc.WriteFiles {
			if f.Path == "/usr/local/sbin/configure-bird" {
				return f.Content
			}
		}
	}
	t.Fatalf("%s has no device with the script", composition)
	return ""
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
}
