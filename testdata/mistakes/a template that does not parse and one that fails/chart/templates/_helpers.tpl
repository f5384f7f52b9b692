{{- define "shop.name" -}}
x
