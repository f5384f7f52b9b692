{{- /*
library.deployment takes a list: the root, and what differs from the usual deployment.
*/}}
{{- define "library.deployment" -}}
{{- $root := index . 0 -}}
{{- $usual := fromYaml (include "library.usualDeployment" $root) -}}
{{- toYaml (mustMergeOverwrite $usual (index . 1 | default dict)) -}}
{{- end -}}

{{- define "library.usualDeployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "library.fullname" . }}
  labels: {{- include "library.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicas | default 1 }}
  selector:
    matchLabels: {{- include "library.labels" . | nindent 6 }}
  template:
    metadata:
      labels: {{- include "library.labels" . | nindent 8 }}
    spec:
      containers:
        - name: {{ .Chart.Name }}
          image: {{ .Values.image }}
{{- end -}}
