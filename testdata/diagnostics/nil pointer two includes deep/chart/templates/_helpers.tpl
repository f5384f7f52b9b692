{{- define "shop.image" -}}
{{ include "shop.repository" . }}:latest
{{- end -}}
{{- define "shop.repository" -}}
{{ .Values.container.repository }}
{{- end -}}
