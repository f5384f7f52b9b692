{{- define "database.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "database.secretName" -}}
{{ .Values.auth.existingSecret | default (printf "%s-auth" .Release.Name) }}
{{- end }}

{{- /* A setting as PostgreSQL writes it: whole numbers without an exponent, switches as on and off. */}}
{{- define "database.setting" -}}
{{- if kindIs "bool" . -}}
{{ ternary "on" "off" . }}
{{- else if kindIs "float64" . -}}
{{ int64 . }}
{{- else -}}
{{ . | squote }}
{{- end -}}
{{- end }}
