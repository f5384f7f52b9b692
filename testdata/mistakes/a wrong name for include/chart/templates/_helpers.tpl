{{- define "shop.labels" -}}
app: x
{{- end }}
