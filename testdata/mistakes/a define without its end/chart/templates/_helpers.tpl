{{- define "shop.name" -}}
{{ .Chart.Name }}
{{- define "shop.labels" -}}
app: x
{{- end }}
