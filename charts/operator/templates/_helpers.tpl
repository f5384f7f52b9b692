{{- define "operator.name" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "operator.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- with .Chart.AppVersion }}
app.kubernetes.io/version: {{ . | quote }}
{{- end }}
{{- end -}}

{{- /* The rights of all watched resources: one rule for each group and set of verbs. */ -}}
{{- define "operator.rules" -}}
{{- $rules := dict -}}
{{- range $resource, $watch := .Values.watches -}}
  {{- $key := printf "%s %s" $watch.group (join "," $watch.verbs) -}}
  {{- $rule := get $rules $key | default (dict "apiGroups" (list $watch.group) "resources" list "verbs" $watch.verbs) -}}
  {{- $_ := set $rule "resources" (append $rule.resources $resource | sortAlpha) -}}
  {{- $_ := set $rules $key $rule -}}
{{- end -}}
{{- range $key := keys $rules | sortAlpha }}
- {{ get $rules $key | toYaml | nindent 2 | trim }}
{{- end -}}
{{- end -}}
