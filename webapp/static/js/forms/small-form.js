/** A form of one question: met for the first time, the engine's code is many times as slow. */
export const SMALL_FORM = `<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
<h:head><h:title/><model><instance><data id="small"><g><a/><b/></g><meta><instanceID/></meta></data></instance>
<bind nodeset="/data/g/a" type="string" required="true()" constraint="string-length(.) &lt; 9"/>
<bind nodeset="/data/g/b" type="int" relevant="/data/g/a != ''" calculate="count(/data/g/a) + 1"/>
<bind nodeset="/data/meta/instanceID" type="string" calculate="concat('uuid:', uuid())"/></model></h:head>
<h:body><group ref="/data/g"><label>g</label><select1 ref="/data/g/a"><label>a</label><item><label>b</label><value>b</value></item></select1></group></h:body></h:html>`
