{{- define "shop.labels" -}}
app: {{ .Values.labels.app }}
  tier: web
{{- end }}
