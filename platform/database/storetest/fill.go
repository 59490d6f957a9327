package storetest

import (
	"fmt"
	"reflect"
	"strings"
	"time"
)

// Fill gives each field of a record, at any depth, a value of its own that is not zero, so that a forgotten field is
// noticed. Fields named in given get that value instead.
func Fill[T any](record *T, given map[string]any) {
	(&filler{given: given}).fill(reflect.ValueOf(record).Elem())
}

type filler struct {
	given map[string]any // by field name
	last  int64
}

func (f *filler) fill(v reflect.Value) {
	f.last++
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(f.last) * time.Second)))
		return
	case v.Kind() == reflect.Struct:
		f.fields(v)
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d", f.last))
	case reflect.Int, reflect.Int64:
		v.SetInt(f.last)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.fill(v.Index(0))
		f.fill(v.Index(1))
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.fill(key)
		f.fill(value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	default:
		panic("storetest: no value for a " + v.Type().String())
	}
}

func (f *filler) fields(v reflect.Value) {
	for i := range v.NumField() {
		if value, is := f.given[v.Type().Field(i).Name]; is {
			v.Field(i).Set(reflect.ValueOf(value).Convert(v.Field(i).Type()))
			continue
		}
		f.fill(v.Field(i))
	}
}

// jsonName returns a field's name in JSON.
func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}
