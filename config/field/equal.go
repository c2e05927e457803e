// SPDX-License-Identifier: Apache-2.0

package field

import (
	"fmt"
	"strings"
)

// equals is an expression that is true if an argument has the same value in
// two places.
//
// Lists of objects are compared by what a user wrote into their elements: the
// language cannot compare objects of two schemas, and a list whose references
// are resolved has the ids beside them.
func (f Field) equals(a, b string) string {
	if f.Type != TypeObjectList {
		return a + " == " + b
	}
	parts := make([]string, 0, len(f.Fields))
	for _, n := range f.Fields {
		parts = append(parts, n.written("x"))
	}
	element := ".map(x, " + strings.Join(parts, " + ") + ")"
	return a + element + " == " + b + element
}

// written is the value of a field of an object as a list of strings, which is
// that of one empty string where a reference or nothing stands for it.
func (f Field) written(object string) string {
	missing := []string{"!has(" + object + "." + f.Name + ")"}
	for _, beside := range []string{f.RefName(), f.SelectorName()} {
		if beside != "" {
			missing = append(missing, "has("+object+"."+beside+")")
		}
	}
	value := "[string(" + object + "." + f.Name + ")]"
	if f.Type == TypeStringList {
		value = object + "." + f.Name
	}
	return fmt.Sprintf("(%s ? [''] : %s)", strings.Join(missing, " || "), value)
}
