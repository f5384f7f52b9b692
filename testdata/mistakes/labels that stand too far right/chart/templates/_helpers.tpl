{{- define "shop.labels" -}}
app: x
tier: web
{{- end }}
